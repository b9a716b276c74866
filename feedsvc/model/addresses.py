"""Converts web addresses into the form that every reader accepts: ASCII, with host names in punycode."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote

# Characters not allowed in a path or query (RFC 3986 appendix A), brackets included: only an IPv6 host may have them.
_ODD = re.compile(r"[^!#$&'()*+,\-./0-9:;=?@A-Z_a-z~%]|%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(https?://(?:[^/?#@\s]*+@)?)(\[[0-9A-Fa-f:.]++\]|[^/?#@:\[\]\s]++)", re.IGNORECASE)
"""The start of an address, and its host."""
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""The full stops between labels (UTS 46 section 2.3)."""
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180d\u200b\u2060\ufe00-\ufe0f\ufeff]")
_NEVER = re.compile(r"[\x00-,/:-@\[-^`{-\x7f\s]")
"""Characters that no host name has; some letters become one of them when they are normalised."""
_LONGEST_LABEL = 63


@lru_cache(4096)  # the same few addresses recur in every format
def uri(iri: str) -> str:
    """`iri` as a URI (RFC 3987 section 3.1), with its host in ASCII; a URI is returned unchanged, byte for byte."""
    if found := _HOST.match(iri):
        return found[1] + _known_host(found[2]) + _quoted(iri[found.end() :])
    return _quoted(iri)


def web(iri: str) -> str:
    """`iri` as a URI if it is an http(s) address; else empty."""
    return uri(iri) if iri.lower().startswith(("http://", "https://")) else ""


def with_ascii_host(iri: str) -> str:
    """`iri` with its host in ASCII, and otherwise unchanged."""
    found = None if iri.isascii() and "%" not in iri else _HOST.match(iri)
    return found[1] + _known_host(found[2]) + iri[found.end() :] if found else iri


def ascii_host(name: str) -> str:
    """The host name `name`, with labels that are not ASCII in punycode.

    Browsers convert names in the same way (UTS 46, nontransitional). The codec `idna` of the standard library has an
    older form, which maps `straße.example` to another host. Raises ValueError for an invalid host name.
    """
    if name.isascii():
        return name
    folded = unicodedata.normalize("NFKC", _IGNORED.sub("", name[: 4 * 255]).lower())
    return ".".join(map(_ascii_label, _DOTS.split(folded)))


def _ascii_label(label: str) -> str:
    coded = label if label.isascii() else f"xn--{label[:_LONGEST_LABEL].encode('punycode').decode()}"
    if _NEVER.search(label) or len(label) > _LONGEST_LABEL or len(coded) > _LONGEST_LABEL:
        raise ValueError(f"{label[:80]!r} is no part of a host name")
    return coded


def _known_host(host: str) -> str:
    """`host` in ASCII; percent-encoded if it is not a valid host name."""
    if host.startswith("["):
        return host
    try:
        return ascii_host(unquote(host, errors="strict") if "%" in host else host)
    except ValueError:
        return _quoted(host)


def _quoted(text: str) -> str:
    return _ODD.sub(lambda odd: quote(odd[0], safe=""), text)
