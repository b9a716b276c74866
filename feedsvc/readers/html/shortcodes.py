"""Replaces short codes of Hugo, and tags of Jekyll's Liquid and of Eleventy, as far as they are known.

A generator fills them in from templates that are not here. So only those are known that come with the generators, and
those that are clearly a picture, a film or a link.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple

from feedsvc.model.media_types import guess
from feedsvc.readers.html import embeds

_ARGUMENT = re.compile(
    r"""(?:([\w-]+)\s*[=:](?!//)\s*)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^\s,"'`|]+))|(\|)""",
)
_SOURCES = ("src", "url", "image", "image_path", "path", "file", "source", "img", "href", "image_url")
_ALTS = ("alt", "caption", "title", "description")
_FILTERS = frozenset(("relative_url", "absolute_url", "url", "absoluteurl", "prepend", "relurl", "absurl", "safeurl"))
_SITE = re.compile(
    r"(?:site|config)\.(?:baseurl|url|base_url)|baseurl|siteurl|metadata\.url|root|pathto", re.IGNORECASE
)
_PATH = re.compile(r"[\w./~%#?&=@+-]+", re.UNICODE)
_POST = re.compile(r"(?:.*/)?\d{4}-\d\d-\d\d-[\w.-]+", re.UNICODE)


class Arguments(NamedTuple):
    """The arguments of a tag: positional values, and named values by name in lower case."""

    places: tuple[str, ...]
    names: dict[str, str]

    def first(self, *names: str) -> str:
        """The value of the first of `names` that is given; empty if none is."""
        return next((self.names[name] for name in names if self.names.get(name)), "")

    def any(self, *names: str) -> str:
        """The value of the first of `names` that is given, else the first positional value; empty if there is none."""
        return self.first(*names) or (self.places[0] if self.places else "")


def arguments(text: str) -> Arguments:
    places: list[str] = []
    names: dict[str, str] = {}
    for found in _ARGUMENT.finditer(text):
        if found[6]:
            break
        value = next((part for part in found.groups()[1:5] if part is not None), "")
        if found[1]:
            names.setdefault(found[1].lower(), value)
        else:
            places.append(value)
    return Arguments(tuple(places), names)


def shortcode(name: str, text: str, values: Mapping[str, object]) -> str | None:
    """The HTML or Markdown for the Hugo short code `name` with the arguments `text`; None if it is not known.

    `values` is the front matter.
    """
    given = arguments(text)
    kind = name.lower().rpartition("/")[2].removesuffix(".html")
    if kind in ("ref", "relref"):
        return given.any("path")
    if kind == "param":
        return _value(given.any("name"), values)
    known = _KNOWN.get(kind)
    return known(given) if known else _embedded(kind, given)


def tag(name: str, text: str) -> str | None:
    """The HTML or Markdown for a tag `{% name text %}` of Liquid or Nunjucks; None if it is not known."""
    if name in ("include", "include_relative", "include_cached", "render", "component"):
        template, _, rest = text.partition(" ")
        return _included(template.strip("\"'"), arguments(rest))
    if name in ("link", "asset", "asset_path", "static"):
        return _link_path(text)
    if name == "post_url":
        return f"{text.strip()}.md" if _POST.fullmatch(text.strip()) else None
    given = arguments(text)
    known = _KNOWN.get(name.lower())
    return known(given) if known else _embedded(name.lower(), given)


def output(text: str, values: Mapping[str, object]) -> str | None:
    """The output of `{{ text }}`, if it is an address or a value of the front matter `values`; the site's own address
    is empty. None for anything else."""
    value, *filters = (part.strip() for part in text.split("|"))
    if _SITE.fullmatch(value):
        return ""
    names = {each.partition(":")[0].strip().lower() for each in filters}
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        address = embeds.page(value[1:-1]) if names - _FILTERS else ""
        return embeds.link(address) if address else (value[1:-1] if names <= _FILTERS else None)
    return None if names - _FILTERS else _value(value.removeprefix("page."), values)


def _value(name: str, values: Mapping[str, object]) -> str | None:
    """The text of the front matter under `name`, escaped; None if there is none."""
    value = values.get(name)
    return escape(value, quote=False) if isinstance(value, str) else None


def _link_path(text: str) -> str | None:
    path = text.strip().strip("\"'")
    return f"/{path.lstrip('/')}" if path and _PATH.fullmatch(path) else None


def _included(template: str, given: Arguments) -> str | None:
    kind = template.rpartition("/")[2].partition(".")[0].lower()
    if known := _KNOWN.get(kind):
        return known(given)
    if (embedded := _embedded(kind, given)) is not None:
        return embedded
    source = given.first(*_SOURCES)
    return _figure(given) if guess(source).startswith("image/") else None


def _embedded(kind: str, given: Arguments) -> str | None:
    """A link to a film or post on the site that the tag's name contains; None if there is none."""
    site = kind if kind in ("x", "tweet") else next((site for site in _SITES if site in kind), "")
    if not site:
        return None
    name = given.first(*_IDS) or "/".join(given.places[: 2 if site == "gist" else 1])
    user = given.first("user", "username")
    address = embeds.page(name) or embeds.page(given.first("url", "src"))
    if not address and user and site in ("x", "tweet", "twitter"):
        address = f"https://twitter.com/{user}/status/{name}"
    address = address or embeds.film(site, f"{user}/{name}" if user else name)
    return embeds.link(address, given.first("title")) if address else None


_SITES = ("youtube", "vimeo", "dailymotion", "twitter", "tweet", "instagram", "gist", "spotify", "bilibili")
_IDS = ("id", "video_id", "videoid", "video", "code", "v")


def _figure(given: Arguments) -> str | None:
    """A picture, with its caption if it has one: `{{< figure src="boat.jpg" caption="A boat" >}}` of Hugo, `{% image
    "./boat.jpg", "A boat" %}` of Eleventy, `{% img right boat.jpg 300 200 %}` of Octopress."""
    shown = [each for each in given.places if guess(each).startswith("image/")]
    source = given.first(*_SOURCES) or next(iter([*shown, *given.places]), "")
    if not source:
        return None
    alt = given.first(*_ALTS) or next((each for each in given.places if " " in each), "")
    sizes = "".join(
        f' {name}="{given.names[name]}"' for name in ("width", "height") if given.names.get(name, "").isdigit()
    )
    picture = f'<img src="{escape(source)}" alt="{escape(alt)}"{sizes}>'
    if target := given.first("link"):
        picture = f'<a href="{escape(target)}">{picture}</a>'
    caption = " ".join(filter(None, map(given.first, ("title", "caption", "attr"))))
    return f"<figure>{picture}<figcaption>{escape(caption, quote=False)}</figcaption></figure>" if caption else picture


def _sounding(kind: str) -> Callable[[Arguments], str | None]:
    def made(given: Arguments) -> str | None:
        source = given.any("src", "mp4", "webm", "mp3", "url", "file")
        return f'<{kind} controls src="{escape(source)}"></{kind}>' if guess(source).startswith(f"{kind}/") else None

    return made


def _nothing(_given: Arguments) -> str:
    return ""


_KNOWN: dict[str, Callable[[Arguments], str | None]] = {
    **dict.fromkeys(("figure", "fig", "image", "img", "picture", "imgproc", "responsive-image"), _figure),
    **dict.fromkeys(("toc", "table-of-contents", "more", "clear", "break", "br", "pagebreak"), _nothing),
    "video": _sounding("video"),
    "audio": _sounding("audio"),
}
