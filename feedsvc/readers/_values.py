"""What a value of front matter can mean: one function per shape, each raising ValueError with what is wrong."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.article import Person, Status
from feedsvc.model.language import language_tag
from feedsvc.model.selection import DEEPEST

_Warn = Callable[[str], None]
_T = TypeVar("_T")

LONGEST = 10_000
"""Characters of a headline, a summary or any other text that is not the body."""
_MOST, _MOST_SECTIONS = 500, 100
"""Entries of a list; sections that one article names, each with those above it."""
_FEW = 256
"""Sections, and authors, that are known by heart: the same ones are in every article again."""
_SPACED_SLASH = re.compile(r"\s/\s")
_HOST = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+|\d+))(?::\d+)?(?:/\S*)?\.?", re.IGNORECASE
)
# As mail, git and many a newsroom write a person: a name-addr of RFC 5322 section 3.4.
_NAME_ADDR = re.compile(r"([^<>]*)<([^\s@<>()]+@[^\s@<>()]+)>")

_AFTER_ADDRESS = re.compile(r"([^\s@<>()]+@[^\s@<>()]+)\s*+\(([^()]*)\)")
"""The older form, with the name as a comment (RFC 822 section A.1.4), which RSS has in its examples."""
_QUOTED = re.compile(r'"[^"]*+"')
_BY_SEMICOLON, _BY_COMMA = (re.compile(rf'(?:"[^"]*+"|[^{sign}])++') for sign in ";,")
"""The entries of a list; a sign within quotation marks separates none."""

_STATUSES = {
    **dict.fromkeys(("draft", "hidden", "private", "withheld"), Status.DRAFT),
    **dict.fromkeys(("usable", "published", "public"), Status.USABLE),
    **dict.fromkeys(("withdrawn", "killed", "canceled", "cancelled", "retracted"), Status.WITHDRAWN),
}
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def text(value: object) -> str:
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"has more than {LONGEST:,} characters")
        return value
    raise ValueError(f"is a {'table' if isinstance(value, dict) else 'list'} where text is expected")


def table(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise ValueError("is not a table")


def several(value: object) -> list[object]:
    """A list as it is; one thing as a list of it. Raises ValueError for a list of more than any article has."""
    return _few(value) if isinstance(value, list) else [value]


def _few(values: list[_T]) -> list[_T]:
    if len(values) > _MOST:
        raise ValueError(f"has more than {_MOST} entries")
    return values


def words(value: object) -> tuple[str, ...]:
    """A list of texts, or one text with commas or, as Pelican has it for `Doe, Jane; Roe, Richard`, semicolons."""
    if isinstance(value, str):
        return tuple(map(str.strip, _few(_split(value))))
    return tuple(map(text, several(value)))


def _split(line: str) -> list[str]:
    if '"' not in line:
        return line.split(";" if ";" in line else ",")
    parts = _BY_SEMICOLON.findall(line) if ";" in _QUOTED.sub("", line) else _BY_COMMA.findall(line)
    return [part.strip(' "') if _QUOTED.fullmatch(part.strip()) else part for part in parts]


def sections(value: object) -> tuple[tuple[str, ...], ...]:
    """Chains of names from a breadcrumb `World / Asia`, a path `world/asia`, or a list of those."""
    chains = tuple([_known_chain(text(item)) for item in several(value)])
    if max(map(len, chains), default=0) > DEEPEST:
        raise ValueError(f"goes more than {DEEPEST} sections deep")
    if sum(map(len, chains)) > _MOST_SECTIONS:
        raise ValueError(f"names more than {_MOST_SECTIONS} sections")
    return chains


def chain(breadcrumb: str) -> tuple[str, ...]:
    """The names of one breadcrumb or path. A slash without white space belongs to a name, if others have some."""
    line = f" {breadcrumb} "
    parts = _SPACED_SLASH.split(line)
    if len(parts) == 1:
        parts = line.split("/")
    return tuple(filter(None, map(str.strip, parts)))


_known_chain = lru_cache(_FEW)(chain)


def host(address: str) -> str:
    """The host name of an address with or without scheme, in lower case."""
    if found := _HOST.fullmatch(address.strip()):
        return found[1].lower()
    raise ValueError(f"{address.strip()!r} is not a host name")


def hosts(value: object) -> tuple[str, ...]:
    return tuple(host(word) for word in words(value) if word)


def web_address(value: object) -> str:
    """An absolute http or https URL."""
    url = text(value).strip()
    if not is_web(url) or re.search(r"\s", url):
        raise ValueError(f"{url!r} is not an absolute http or https address")
    return url


def is_web(url: str) -> bool:
    """Whether `url` is absolute and of the web. Raises ValueError for brackets that hold no address."""
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


_Known = TypeVar("_Known")


def _known(value: object, known: dict[str, _Known]) -> _Known:
    word = text(value).strip().lower()
    if word not in known:
        raise ValueError(f"{word!r} is none of {', '.join(known)}")
    return known[word]


def people(value: object, warn: _Warn) -> tuple[Person, ...]:
    """Authors from names, which may have an address as in `Jane Doe <jane@x.example>`, or from tables with name, email
    and url."""
    items = words(value) if isinstance(value, str) else several(value)
    found = [_named(text(item)) if isinstance(item, str) else _described(item, warn) for item in items if item]
    return without_bad_mail(found, warn)


def without_bad_mail(people: Iterable[Person], warn: _Warn) -> tuple[Person, ...]:
    """`people` with only those addresses of mail that feeds can carry; `warn` hears of the others."""
    found = []
    for person in people:
        if person.email and not addr_spec(person.email):
            warn(f"author: {person.email[:80]!r} is not an e-mail address in ASCII letters")
            person = replace(person, email="")
        found.append(person)
    return tuple(found)


def _described(value: object, warn: _Warn) -> Person:
    fields = {key.lower(): text(item) for key, item in table(value).items()}
    person = _named(fields.get("name", ""), fields.get("email", ""))
    return replace(person, url=url) if (url := _home(fields.get("url", ""), warn)) else person


@lru_cache(_FEW)
def _named(name: str, email: str = "") -> Person:
    if "<" in name and (found := _NAME_ADDR.fullmatch(name.strip())):
        name, email = found[1].strip(' "'), email or found[2]
    elif name.endswith(")") and (found := _AFTER_ADDRESS.fullmatch(name.strip())):
        name, email = found[2].strip(), email or found[1]
    if not (name or email):
        raise ValueError("an author has no name")
    return Person(name=name or email, email=email)


def _home(url: str, warn: _Warn) -> str:
    try:
        return web_address(url) if url else ""
    except ValueError as error:
        warn(f"author: {error}")
        return ""
