"""Frames of other sites' players and posts, for which a feed has a link to the same thing instead."""

import re
from html import escape, unescape
from urllib.parse import quote

_FRAME = re.compile(r"<iframe\b([^<>]{0,4000})>(?:[^<]{0,2000}</iframe\s*>)?", re.IGNORECASE)
_SOURCE = re.compile(r"""\b(?:data-(?:lazy-)?)?src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TITLE = re.compile(r"""\btitle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# The address of an embedded thing, and that of its page.
_PAGES = (
    (r"(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})", r"https://www.youtube.com/watch?v=\1"),
    (r"player\.vimeo\.com/video/(\d+)", r"https://vimeo.com/\1"),
    (r"(?:www\.)?dailymotion\.com/embed/video/(\w+)", r"https://www.dailymotion.com/video/\1"),
    (r"open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)", r"https://open.spotify.com/\1"),
    (r"(?:www\.)?instagram\.com/(p|reel)/([\w-]+)/embed", r"https://www.instagram.com/\1/\2/"),
    (r"platform\.twitter\.com/embed/[^?]*\?(?:.*&)?id=(\d+)", r"https://twitter.com/i/status/\1"),
    (r"w\.soundcloud\.com/player/\?(?:.*&)?url=(https?[^&]+soundcloud\.com[^&]+)", r"\1"),
)
_KNOWN = tuple((re.compile(rf"(?:https?:)?//{start}"), page) for start, page in _PAGES)


def linked(html: str) -> str:
    """`html` (or Markdown) with a link in place of each frame that shows something of the web."""
    return _FRAME.sub(_link, html) if "<iframe" in html or "<IFRAME" in html else html


def page(address: str) -> str:
    """The page on which the thing stands that is embedded from `address`; that itself where no page is known, and empty
    for what is not of the web."""
    for known, address_of_page in _KNOWN:
        if found := known.match(address):
            return found.expand(address_of_page)
    whole = f"https:{address}" if address.startswith("//") else address
    return whole if whole.startswith(("http://", "https://")) else ""


def link(address: str, title: str = "") -> str:
    """A link to `address` as HTML, by its title if it has one."""
    shown = title or address.partition("://")[2]
    return f'<a href="{escape(address)}">{escape(shown, quote=False)}</a>'


def film(site: str, name: str) -> str:
    """The address of the film, post or picture `name` of a site that is known; else empty."""
    address = _SITES.get(site, "")
    return address.format(quote(name, safe="/@")) if address and name else ""


_SITES = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "x": "https://x.com/i/status/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "gist": "https://gist.github.com/{}",
    "speakerdeck": "https://speakerdeck.com/player/{}",
    "codepen": "https://codepen.io/{}",
    "spotify": "https://open.spotify.com/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
}


def _link(frame: re.Match[str]) -> str:
    source = _SOURCE.search(frame[1])
    address = page(unescape(next(filter(None, source.groups()), "")).strip()) if source else ""
    title = _TITLE.search(frame[1])
    name = " ".join(unescape(next(filter(None, title.groups()), "")).split()) if title else ""
    return f"<p>{link(address, name)}</p>" if address else ""
