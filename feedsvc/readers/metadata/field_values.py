"""Converts values of front matter: one function per kind of value, each raising ValueError with the reason."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import unescape
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.article import Person, Status
from feedsvc.model.language import language_tag
from feedsvc.model.selection import DEEPEST
from feedsvc.model.urls import SITE
from feedsvc.readers.json.nodes import plain
from feedsvc.readers.lines import person_names
from feedsvc.readers.metadata.separated import split

_Warn = Callable[[str], None]
_T = TypeVar("_T")

LONGEST = 10_000
"""Most characters of a headline, a summary or any other text that is not the body."""
_MOST, _MOST_SECTIONS = 500, 100
"""Most entries of a list; most sections that one article names, each counted with those above it."""
_FEW, _MANY, _REMEMBERED = 256, 1024, 8
"""Sizes of the caches of sections and of authors, which recur in all articles; and the most section chains of an
article that are cached."""
_SPACED_SLASH = re.compile(r"\s/\s")
_HOST = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+|\d+))(?::\d+)?(?:/\S*)?\.?", re.IGNORECASE
)
_OWN_PATH = re.compile(r"/(?!/)|[\w-]+/(?!/)")
"""The beginning of a path from the root or from a folder below it; no host name begins so."""
# Placeholders that a generator would fill in: `/:year/:title/`, `/posts/{{ slug }}/`.
_TEMPLATE = re.compile(r"/:\w|\{[{%]")
# Only with the semicolon: `?a=1&region=2` contains no `&reg;`.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# The second is a name-addr of RFC 5322 section 3.4, as mail, git and many newsrooms write a person.
_LINKED_NAME = re.compile(r"\[([^\[\]]{1,200})\]\((https?://[^\s()]{1,1000})\)")
_NAME_ADDR = re.compile(r"([^<>]*)<([^\s@<>()]+@[^\s@<>()]+)>")

_AFTER_ADDRESS = re.compile(r"([^\s@<>()]+@[^\s@<>()]+)\s*+\(([^()]*)\)")
"""The older form, with the name as a comment (RFC 822 section A.1.4), as in the examples of RSS."""

_STATUSES = {
    **dict.fromkeys(("draft", "hidden", "private", "withheld", "skip", "pending", "trash", "unlisted"), Status.DRAFT),
    **dict.fromkeys(("usable", "published", "public", "publish"), Status.USABLE),
    **dict.fromkeys(("withdrawn", "killed", "canceled", "cancelled", "retracted"), Status.WITHDRAWN),
}
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_BUILDS = {"always": True, "true": True, "link": True, "never": False, "false": False, "local": False}
"""Hugo's values for listing or rendering a page (`build`): True if all readers see it."""


def text(value: object) -> str:
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"has more than {LONGEST:,} characters")
        return value
    raise ValueError(f"is a {'table' if isinstance(value, dict) else 'list'} where text is expected")


def line(value: object) -> str:
    """A text for people, without HTML entities, which exports of WordPress and others leave in it."""
    if isinstance(value, str) and "&" not in value and len(value) <= LONGEST:  # as most are
        return value
    return _ENTITY.sub(lambda entity: unescape(entity[0]), text(value))


def table(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise ValueError("is not a table")


def several(value: object) -> list[object]:
    """A list as it is, or one value as a list. Raises ValueError for more entries than any article has."""
    return _few(value) if isinstance(value, list) else [value]


def _few(values: list[_T]) -> list[_T]:
    if len(values) > _MOST:
        raise ValueError(f"has more than {_MOST} entries")
    return values


def words(value: object) -> tuple[str, ...]:
    """The texts of a list, or of one text with commas or, as Pelican writes `Doe, Jane; Roe, Richard`, semicolons."""
    if isinstance(value, str):
        return tuple(map(str.strip, _few(split(value))))
    return tuple(map(text, several(value)))


def sections(value: object) -> tuple[tuple[str, ...], ...]:
    """Chains of names from a breadcrumb `World / Asia`, a path `world/asia`, or a list of those."""
    values = several(value)
    if len(values) > _REMEMBERED or not all(isinstance(item, str) for item in values):
        return _chains(values)
    return _known_chains(tuple(values))


def _chains(values: Sequence[object]) -> tuple[tuple[str, ...], ...]:
    chains = tuple([chain(text(item)) for item in values])
    if max(map(len, chains), default=0) > DEEPEST:
        raise ValueError(f"goes more than {DEEPEST} sections deep")
    if sum(map(len, chains)) > _MOST_SECTIONS:
        raise ValueError(f"names more than {_MOST_SECTIONS} sections")
    return chains


def chain(breadcrumb: str) -> tuple[str, ...]:
    """The names of one breadcrumb or path. If any slash has white space around it, one without belongs to a name."""
    line = f" {breadcrumb} "
    parts = _SPACED_SLASH.split(line)
    if len(parts) == 1:
        parts = line.split("/")
    return tuple(filter(None, map(str.strip, parts)))


_known_chains = lru_cache(_FEW)(_chains)


def host(address: str) -> str:
    """The host name of an address with or without scheme, in lower case."""
    if found := _HOST.fullmatch(address.strip()):
        return found[1].lower()
    raise ValueError(f"{address.strip()!r} is not a host name")


def hosts(value: object) -> tuple[str, ...]:
    return tuple(host(word) for word in words(value) if word)


def web_address(value: object) -> str:
    """An absolute http or https URL. A path is taken for one of the site's own, relative to its root, as in Hugo."""
    url = text(value).strip()
    if _OWN_PATH.match(url) and not _TEMPLATE.search(url):
        url = f"{SITE}/{url.removeprefix('/')}"
    if not is_web(url) or re.search(r"\s", url):
        raise ValueError(f"{url!r} is not an absolute http or https address")
    return url


def is_web(url: str) -> bool:
    """True if `url` is an absolute http or https URL. Raises ValueError for brackets without an IP address in them."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def language(value: object) -> str:
    """A language tag (BCP 47)."""
    said = text(value)
    if tag := language_tag(said):
        return tag
    raise ValueError(f"{said[:40]!r} is not a language tag, such as en or pt-BR")


def status(value: object) -> Status:
    return _known(value, _STATUSES)


def truth(value: object) -> bool:
    return _known(value, _TRUTHS)


def is_truth(value: object) -> bool:
    """True if `value` is a yes or a no in words, and nothing else."""
    return isinstance(value, str) and value.strip().lower() in _TRUTHS and not value.strip().isdigit()


def is_true(value: object) -> bool:
    return is_truth(value) and truth(value)


def is_kept_from_readers(value: object) -> bool:
    """True for a visibility such as `private` or `unlisted`, as Ghost and WordPress name it."""
    return text(value).strip().lower() in (
        "private",
        "hidden",
        "unlisted",
        "draft",
        "internal",
        "none",
        "paid",
        "members",
    )


def is_kept_from_lists(value: object) -> bool:
    """True if a table `build` of Hugo keeps the article out of its site's lists, or without a page.

    False for anything but a table, which has another meaning. Raises ValueError for words that Hugo does not know.
    """
    if not isinstance(value, dict):
        return False
    choices = {key.lower(): text(item).strip().lower() for key, item in value.items()}
    kept = [choices.get("list", "always"), choices.get("render", "always")]
    if odd := next((word for word in kept if word not in _BUILDS), None):
        raise ValueError(f"{odd!r} is none of {', '.join(_BUILDS)}")
    return not all(_BUILDS[word] for word in kept)


_Known = TypeVar("_Known")


def _known(value: object, known: dict[str, _Known]) -> _Known:
    word = text(value).strip().lower()
    if word not in known:
        raise ValueError(f"{word!r} is none of {', '.join(known)}")
    return known[word]


def people(value: object, warn: _Warn) -> tuple[Person, ...]:
    """Authors from names, which may have an address as in `Jane Doe <jane@x.example>`, or from tables with name, email
    and url; each once. A bare web address is not a name."""
    return _with_good_mail(_people(value) if isinstance(value, str) else _listed(value, warn), warn)


def _with_good_mail(people: Iterable[Person], warn: _Warn) -> tuple[Person, ...]:
    """`people` with only those e-mail addresses that feeds can carry; `warn` is called for each of the others."""
    found = []
    for person in people:
        if person.email and not addr_spec(person.email):
            warn(f"author: {person.email[:80]!r} is not an e-mail address in ASCII letters")
            person = replace(person, email="")
        found.append(person)
    return tuple(found)


def _listed(value: object, warn: _Warn) -> tuple[Person, ...]:
    items = [text(item) if isinstance(item, str) else item for item in several(value) if item]
    if all(isinstance(item, str) for item in items):
        items = [*person_names.joined([str(item) for item in items])]
    found = [person for item in items for person in _persons(item, warn)]
    return _each_once(found)


@lru_cache(_MANY)
def _people(names: str) -> tuple[Person, ...]:
    parts = person_names.joined([*words(person_names.turned(person_names.bare(names)))])
    separate = [name for part in parts if part for name in person_names.conjoined(part)]
    return _each_once([_named(name) for name in separate if not _is_address(name)])


def _persons(item: object, warn: _Warn) -> list[Person]:
    if isinstance(item, str):
        return [] if _is_address(item) else [_named(person_names.bare(item))]
    return [_described(item, warn)]


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def _each_once(people: list[Person]) -> tuple[Person, ...]:
    """The people, each name once: of several entries with one name, preferably one with e-mail address or URL."""
    if len(people) < 2:
        return tuple(people)
    found: dict[str, Person] = {}
    for person in people:
        key = person.name.casefold()
        if key not in found or not (found[key].email or found[key].url):
            found[key] = person
    return tuple(found.values())


def _described(value: object, warn: _Warn) -> Person:
    fields = {key.lower(): text(item) for key, item in table(value).items()}
    person = _named(person_names.bare(fields.get("name", "")), fields.get("email", ""))
    return replace(person, url=url) if (url := _home(fields.get("url", ""), warn)) else person


@lru_cache(_MANY)
def _named(name: str, email: str = "") -> Person:
    if "](" in name and (found := _LINKED_NAME.match(name.strip())):
        return Person(name=found[1], email=email, url=found[2])
    if "<" in name and (found := _NAME_ADDR.fullmatch(name.strip())):
        name, email = found[1].strip(' "'), email or found[2]
    elif name.endswith(")") and (found := _AFTER_ADDRESS.fullmatch(name.strip())):
        name, email = found[2].strip(), email or found[1]
    name = plain(name).strip() if ">" in name else name
    if not (name or email):
        raise ValueError("an author has no name")
    return Person(name=name or email, email=email)


def _home(url: str, warn: _Warn) -> str:
    try:
        return web_address(url) if url else ""
    except ValueError as error:
        warn(f"author: {error}")
        return ""
