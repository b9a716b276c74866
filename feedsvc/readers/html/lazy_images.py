"""Finds the addresses of lazy pictures, which a script was to fill in, in `data-` attributes and sets of sizes."""

import re
from collections.abc import Iterator, Mapping

_LAZY = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-hi-res-src",
    "data-full-src",
    "data-large-src",
    "data-img-src",
    "data-image-src",
    "data-image",
    "data-img",
    "data-url",
    "data-delayed-url",
    "data-echo",
    "data-defer-src",
    "data-cfsrc",
    "data-medium-file",
    "data-large-file",
]
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_PICTURE = re.compile(r"\S+\.(?:jpe?g|png|webp|avif|gif)(?:[?#]\S*)?", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|clear|dummy|empty|gr[ae]y|lazy|lazyload|loader|loading|pixel|place-?holder|spacer|spinner"
    r"|trans(?:p|parent)?|1x1)(?:[_.-]?\d+(?:x\d+)?)?\.(?:gif|png|svg|webp)(?:[?#]|$)",
    re.IGNORECASE,
)
# A comma within an address is part of it unless white space follows (HTML, section 4.8.4.2.1).
_CANDIDATE = re.compile(r"([^\s,]\S*+)(?:(?<=,)|\s*+(?:([\d.]++)[wxh])?[^,]*+)")
_LONGEST_SET = 10_000
"""Characters of a `srcset` that are read."""
_TAG = re.compile(
    r"<(?:amp-)?img(?=[\s/])((?:[^<>\"']{1,4000}+|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'){0,200}+)>(?:\s*</amp-img>)?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_WITHOUT_ADDRESS = re.compile(r'<img(?:\s(?!src=)[\w-]+="[^"]*")*\s*/?>')


def largest(srcset: str) -> str:
    """The address of the largest candidate of a `srcset`; empty if there is none."""
    found = [(float(size.strip(".") or 0), url) for url, size in _candidates(srcset) if not url.startswith("data:")]
    return max(found, key=lambda each: each[0])[1] if found else ""


def is_placeholder(src: str) -> bool:
    """True for an address that shows nothing until a script replaces it."""
    return not src.strip() or src.lstrip()[:5].lower() == "data:" or bool(_PLACEHOLDER.search(src))


def lazy_address(attributes: Mapping[str, str]) -> str:
    """The address that a script was to load into an `img` with these attributes; empty if there is none."""
    said = next((attributes[name].strip() for name in _LAZY if attributes.get(name)), "")
    if said and not is_placeholder(said) and "{" not in said:
        return said
    if not is_placeholder(attributes.get("src", "")):
        return ""
    sets = (attributes[name] for name in (*LAZY_SETS, "srcset") if attributes.get(name))
    if url := next(filter(None, map(largest, sets)), ""):
        return url
    others = (value.strip() for name, value in attributes.items() if name.startswith("data-"))
    return next((value for value in others if _PICTURE.fullmatch(value) and not is_placeholder(value)), "")


def settled(html: str) -> str:
    """`html` with lazy and AMP pictures turned into `img` elements that have their address."""
    return _TAG.sub(_settled, html) if "img" in html or "IMG" in html else html


def with_address(html: str) -> str:
    """`html` as the cleaner writes it, without pictures that have no address."""
    return _WITHOUT_ADDRESS.sub("", html) if "<img" in html else html


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    for found in _CANDIDATE.finditer(srcset[:_LONGEST_SET]):
        yield found[1].rstrip(","), found[2] or ""


def _settled(tag: re.Match[str]) -> str:
    attributes = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag[1])}
    said = lazy_address(attributes)
    if not said and tag[0][:5].lower() != "<amp-":
        return tag[0]
    if said or is_placeholder(attributes.get("src", "")):
        attributes["src"] = said
    written = (f'{name}="{value.replace(chr(34), "&quot;")}"' for name, value in attributes.items())
    return f"<img {' '.join(written)}>"
