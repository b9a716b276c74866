"""Language tags (BCP 47), and the direction of writing."""

import re
from functools import lru_cache

_SCRIPT = re.compile("adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa|yezi")
_LANGUAGE = re.compile(
    "ar|arc|ary|arz|azb|bal|bgn|bqi|ckb|dv|fa|glk|he|iw|ji|khw|ks|lrc|mzn|nqo|pes|pnb|prs|ps|sd|sdh|skr|syr|ug|ur|uzs|yi"
)

_WELL_FORMED = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*+"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})++)*+(?:-x(?:-[a-z0-9]{1,8})++)?",
    re.IGNORECASE | re.ASCII,
)
"""A tag by RFC 5646 section 2.1. Primary subtags of four or more letters are not accepted, as in `english`."""
_FORMER = {
    "art-lojban": "jbo",
    "i-ami": "ami",
    "i-bnn": "bnn",
    "i-hak": "hak",
    "i-klingon": "tlh",
    "i-lux": "lb",
    "i-navajo": "nv",
    "i-pwn": "pwn",
    "i-tao": "tao",
    "i-tay": "tay",
    "i-tsu": "tsu",
    "no-bok": "nb",
    "no-nyn": "nn",
    "zh-guoyu": "cmn",
    "zh-hakka": "hak",
    "zh-min-nan": "nan",
    "zh-xiang": "hsn",
}
"""The preferred tag for each tag that was registered before RFC 4646."""
_LONGEST = 100


@lru_cache(256)  # the same few tags recur in all articles
def language_tag(text: str) -> str:
    """The language tag in `text`, which may be the name of a locale such as `en_US.UTF-8`; empty if there is none."""
    tag = re.split("[.@]", text[:_LONGEST], maxsplit=1)[0].strip(" -_").replace("_", "-")
    former = _FORMER.get(tag.lower(), tag)
    return former if _WELL_FORMED.fullmatch(former) else ""


@lru_cache(256)
def direction(language: str) -> str:
    """`rtl` or `ltr` for a BCP 47 tag. Its script decides if it names one (`az-Arab`, `ks-Deva`), else its language."""
    primary, *rest = language.replace("_", "-").lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    leftward = _SCRIPT.fullmatch(script) if script else _LANGUAGE.fullmatch(primary)
    return "rtl" if leftward else "ltr"
