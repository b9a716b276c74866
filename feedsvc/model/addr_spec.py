"""Checks e-mail addresses for feeds."""

import re

from feedsvc.model.addresses import ascii_host

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]++(?:\.[\w!#$%&'*+/=?^`{|}~-]++)*+", re.ASCII)
"""A dot-atom (RFC 5322 section 3.2.3)."""
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_LONGEST = 254
"""Characters of an address (RFC 5321 section 4.5.3.1.3)."""


def addr_spec(text: str) -> str:
    """The e-mail address in `text`, with its domain in ASCII; empty if it has no ASCII form with a DNS domain.

    RFC 4287 section 3.2.3 requires an addr-spec of RFC 2822, which is ASCII. Some readers stop at an address that is
    not, and lose the rest of the feed.
    """
    bare = text.strip().removeprefix("mailto:")
    local, at, domain = bare.rpartition("@")
    if not at or len(bare) > _LONGEST or not _LOCAL.fullmatch(local):
        return ""
    try:
        host = ascii_host(domain)
    except ValueError:
        return ""
    return f"{local}@{host}" if _DOMAIN.fullmatch(host) else ""
