"""Which way a language is written."""

import re
from functools import lru_cache

_SCRIPT = re.compile("adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa|yezi")
_LANGUAGE = re.compile(
    "ar|arc|ary|arz|azb|bal|bgn|bqi|ckb|dv|fa|glk|he|iw|ji|khw|ks|lrc|mzn|nqo|pes|pnb|prs|ps|sd|sdh|skr|syr|ug|ur|uzs|yi"
)


@lru_cache(256)
def direction(language: str) -> str:
    """`rtl` or `ltr` for a BCP 47 tag. A script subtag decides (`az-Arab`, `ks-Deva`), else the language does."""
    primary, *rest = language.replace("_", "-").lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    leftward = _SCRIPT.fullmatch(script) if script else _LANGUAGE.fullmatch(primary)
    return "rtl" if leftward else "ltr"
