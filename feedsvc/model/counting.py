"""Formats numbers with their nouns."""


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2 files`, `1,000 files`. The plural of `noun` must end in an added s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(seconds: int) -> str:
    """A span of time in words: `7 days` for three or more whole days, else whole hours, `48 hours`."""
    days, rest = divmod(seconds, 86_400)
    return counted(seconds // 3_600, "hour") if rest or days < 3 else counted(days, "day")
