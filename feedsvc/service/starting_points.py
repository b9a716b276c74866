"""The initial files of a newsroom, and of an article: their texts, and their paths."""

import os
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from feedsvc.model.text import one_line, slugify

IGNORED = ".feedsvc/\n.venv/\n"
"""The .gitignore of a newsroom: its state is derived from its articles."""
LOCAL_URL = "http://127.0.0.1:8000"
_ZONES = "/zoneinfo/"


class Newsroom(NamedTuple):
    """The answers from which a configuration is written."""

    title: str
    url: str
    timezone: str
    language: str


def config_text(newsroom: Newsroom, year: int, token: str) -> str:
    """The config.toml of `newsroom`. `token` makes its ids unique if its URL has no public host name."""
    authority = _authority(newsroom, token)
    return f"""\
# The configuration of feedsvc. `feedsvc check` tells what is wrong with it, line by line, before anything is published.

[site]
title = {quoted(newsroom.title)}
# The address at which readers reach the service.
url = {quoted(newsroom.url)}
# The name under which the articles' ids are made. Never change it: feed readers would show every article again.
id_authority = {quoted(f"{authority},{year}")}
language = {quoted(newsroom.language)}

[articles]
path = "articles"
# The zone of dates that name none, and of the times on pages.
timezone = {quoted(newsroom.timezone)}
"""


def first_article(now: datetime) -> str:
    """The text of an article that explains itself."""
    return f"""\
---
title: Hello, readers
date: {now:%Y-%m-%d %H:%M}
section: News
---

This is the file `articles/hello.md`. Change it, save it, and look again: the page and the feeds follow.

Another file beside it is another story. `feedsvc new "My headline"` writes one to start from.
"""


def article_text(title: str, now: datetime, section: str, *lines: str) -> str:
    """The text of an article to start from; `lines` are further lines of its front matter."""
    head = [f"title: {quoted(title)}", f"date: {now:%Y-%m-%d %H:%M}"]
    head += [f"section: {quoted(section)}"] if section else []
    return "\n".join(("---", *head, *lines, "---", "", "Write here.", ""))


def free_path(folder: Path, title: str) -> Path:
    """A path in `folder` for an article with `title`, at which nothing exists yet."""
    stem = slugify(title)[:80].strip("-") or "story"
    names = (f"{stem}.md", *(f"{stem}-{number}.md" for number in range(2, 1000)))
    return next(path for path in (folder / name for name in names) if not path.exists())


def quoted(text: str) -> str:
    """`text` as a quoted string that is valid in TOML, JSON and YAML."""
    import msgspec

    return msgspec.json.encode(one_line(text)).decode().replace("\x7f", "\\u007f")


def local_zone() -> str:
    """The name of this machine's time zone; `UTC` if it cannot be found."""
    place = os.environ.get("TZ", "").lstrip(":") or os.path.realpath("/etc/localtime")
    name = place.partition(_ZONES)[2] if _ZONES in place else place
    return name.removeprefix("posix/").removeprefix("right/") if not name.startswith("/") and name else "UTC"


def _authority(newsroom: Newsroom, token: str) -> str:
    """The host of the URL; for an IP address or a name without a dot, a unique name below `.invalid`."""
    host = urlsplit(newsroom.url).hostname or ""
    if "." in host and not _is_ip(host):
        return host.encode("idna").decode()
    name = "".join(letter for letter in slugify(newsroom.title) if letter.isascii() and letter.isalnum())
    return f"{name or 'newsroom'}-{token}.invalid"


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
