"""Numbers with the nouns that they count."""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `1,000 files`; for nouns whose plural is theirs with an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(seconds: int) -> str:
    """`48 hours`, `7 days`: whole hours, and whole days from three of them on."""
    days, rest = divmod(seconds, 86_400)
    return counted(seconds // 3_600, "hour") if rest or days < 3 else counted(days, "day")
