"""Numbers with the nouns that they count."""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `1,000 files`; for nouns whose plural is theirs with an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
