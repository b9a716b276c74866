"""Addresses as every reader can take them."""

import re
from functools import lru_cache
from urllib.parse import quote

# What has no place in a path or query (RFC 3986 appendix A); brackets neither, which an IPv6 host alone may have.
_ODD = re.compile(r"[^!#$&'()*+,\-./0-9:;=?@A-Z_a-z~%]|%(?![0-9A-Fa-f]{2})")


@lru_cache(4096)  # the same few in every format
def uri(iri: str) -> str:
    """`iri` as a URI (RFC 3987 section 3.1); a URI stays as it is, byte for byte."""
    return _ODD.sub(lambda odd: quote(odd[0], safe=""), iri)


def web(iri: str) -> str:
    """`iri` as a URI if it is an http(s) address; else empty."""
    return uri(iri) if iri.lower().startswith(("http://", "https://")) else ""
