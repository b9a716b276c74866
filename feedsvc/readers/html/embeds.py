"""Maps embedded players and posts of other sites to the pages on which they can be seen, for links to these."""

import re
from html import escape
from urllib.parse import parse_qs, quote, unquote, urlsplit

_NAME = r"([\w.-]{1,80})"
_PLAYERS = (
    # Host and path of a player; the parameter that names its content, if any; and the page, with `{}` for its value.
    (r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/embed/videoseries", "list", "https://www.youtube.com/playlist?list={}"),
    (r"(?:www\.)?youtube(?:-nocookie)?\.com/embed/live_stream", "channel", "https://www.youtube.com/channel/{}/live"),
    (
        r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts)/([\w-]{6,20})",
        "",
        r"https://www.youtube.com/watch?v=\1",
    ),
    (r"player\.vimeo\.com/video/(\d{1,20})", "", r"https://vimeo.com/\1"),
    (rf"(?:www\.)?dailymotion\.com/embed/video/{_NAME}", "", r"https://www.dailymotion.com/video/\1"),
    (r"geo\.dailymotion\.com/player(?:/\w{1,40})?\.html", "video", "https://www.dailymotion.com/video/{}"),
    (r"player\.twitch\.tv", "channel", "https://www.twitch.tv/{}"),
    (r"player\.twitch\.tv", "video", "https://www.twitch.tv/videos/{}"),
    (r"clips\.twitch\.tv/embed", "clip", "https://clips.twitch.tv/{}"),
    (rf"streamable\.com/[eo]/{_NAME}", "", r"https://streamable.com/\1"),
    (r"embed(?:-ssl)?\.ted\.com/(talks/[\w/.-]{1,200})", "", r"https://www.ted.com/\1"),
    (rf"archive\.org/embed/{_NAME}", "", r"https://archive.org/details/\1"),
    (rf"(?:www\.)?loom\.com/embed/{_NAME}", "", r"https://www.loom.com/share/\1"),
    (rf"(?:www\.)?giphy\.com/embed/{_NAME}", "", r"https://giphy.com/gifs/\1"),
    (r"(?:www\.)?tiktok\.com/(?:embed(?:/v\d)?|player/v\d)/(\d{1,25})", "", r"https://www.tiktok.com/@/video/\1"),
    (r"player\.bilibili\.com/player\.html", "bvid", "https://www.bilibili.com/video/{}"),
    (r"open\.spotify\.com/embed(?:-podcast)?/(\w{1,20}/\w{1,40})", "", r"https://open.spotify.com/\1"),
    (r"w\.soundcloud\.com/player", "url", r"https?://(?:www\.|m\.)?soundcloud\.com/.+"),
    (r"(?:www\.|player-widget\.)?mixcloud\.com/widget/iframe", "feed", r"(?:https://www\.mixcloud\.com)?/[^/].*"),
    (r"embed\.(podcasts|music)\.apple\.com/([\w%/.-]{1,300})", "", r"https://\1.apple.com/\2"),
    (
        r"(?:www\.)?instagram\.com/(?:[\w.]{1,40}/)?(p|reel|tv)/([\w-]{1,40})/embed(?:/captioned)?",
        "",
        r"https://www.instagram.com/\1/\2/",
    ),
    (r"(?:www\.)?threads\.(?:net|com)/(@[\w.]{1,40}/post/[\w-]{1,40})/embed", "", r"https://www.threads.net/\1"),
    (r"platform\.(?:twitter|x)\.com/embed/(?:index|Tweet)\.html", "id", "https://twitter.com/i/status/{}"),
    (r"twitframe\.com/show", "url", r"https?://(?:www\.)?(?:twitter|x)\.com/.+"),
    (r"(?:www\.)?facebook\.com/plugins/(?:video|post)\.php", "href", r"https?://(?:[\w-]{1,20}\.)?facebook\.com/.+"),
    (
        r"embed\.bsky\.app/embed/(did:[\w:.-]{1,80})/app\.bsky\.feed\.post/(\w{1,40})",
        "",
        r"https://bsky.app/profile/\1/post/\2",
    ),
    (r"(?:embed\.reddit\.com|www\.redditmedia\.com)/(r/[\w/-]{1,200})", "", r"https://www.reddit.com/\1"),
    (r"(?:www\.)?linkedin\.com/embed/feed/update/([\w:-]{1,80})", "", r"https://www.linkedin.com/feed/update/\1"),
    (r"codepen\.io/([\w-]{1,60})/embed/(?:preview/)?([\w-]{1,60})", "", r"https://codepen.io/\1/pen/\2"),
    (r"([\w.-]{1,100}/@[\w.@-]{1,100}/\d{1,25})/embed", "", r"https://\1"),  # Mastodon and its kin
)
_KNOWN = tuple((re.compile(place), key, page) for place, key, page in _PLAYERS)


def page(address: str) -> str:
    """The page that shows the content embedded from `address`; `address` itself if no page is known, and empty if it is
    no http or https address."""
    whole = f"https:{address}" if address.startswith("//") else address
    if not whole.lower().startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(whole)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return whole
    place = f"{parts.netloc.lower()}{parts.path}".rstrip("/")
    for known, key, target in _KNOWN:
        if (found := known.fullmatch(place)) and (told := _target(found, query.get(key, [""])[0], key, target)):
            return told
    return whole


def _target(found: re.Match[str], value: str, key: str, target: str) -> str:
    """The page of a player's content; empty if its parameter does not name it."""
    if not key:
        return found.expand(target)
    if "{}" in target:
        return target.format(quote(value, safe="")) if value else ""
    if not re.fullmatch(target, value):
        return ""
    return f"https://www.mixcloud.com{value}" if value.startswith("/") else value


def link(address: str, title: str = "") -> str:
    """A link to `address` as HTML, with the text `title`, else the address without its scheme."""
    shown = title or unquote(address.partition("://")[2])
    return f'<a href="{escape(address)}">{escape(shown, quote=False)}</a>'


def film(site: str, name: str) -> str:
    """The address of the film, post or picture `name` on `site`; empty if the site is unknown."""
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
