"""An invented story and its metadata in the keys of front matter and sidecars."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

Value = str | bool | list[str] | list[dict[str, str]]
"""Of a key in front matter."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """When a story may be seen, and whether: `status` is empty or `withdrawn`."""

    status: str = ""
    draft: bool = False
    embargo: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The picture that leads, and tables of further media with the keys of front matter."""

    image: str = ""
    caption: str = ""
    credit: str = ""
    media: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a file says. Empty fields are left out; without a `chain` the story belongs to the section of its folder."""

    number: int
    language: str
    chain: tuple[str, ...]
    more_chains: tuple[tuple[str, ...], ...] = ()
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    published: datetime | None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[tuple[str, str], ...] = ()
    """Names, each with an e-mail address or nothing."""
    slug: str = ""
    url: str = ""
    id: str = ""
    correction: str = ""
    alternates: tuple[str, ...] = ()
    release: Release = Release()
    shown: Shown = Shown()


class File(NamedTuple):
    """`suffix` begins with a dot; `sidecar` is None where there is none."""

    suffix: str
    data: bytes
    sidecar: bytes | None = None


# --- dates and keys ---------------------------------------------------------------------------------------------------

_ZONES = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30)))


def stamp(when: datetime, number: int) -> str:
    """`when` as newsrooms write it: in one of several zones, with a space for the T, or without any zone."""
    local = when.astimezone(_ZONES[number % len(_ZONES)])
    if number % 9 == 4:
        return when.strftime("%Y-%m-%d %H:%M:%S")  # [articles] timezone is UTC
    return local.isoformat(sep=" " if number % 9 == 5 else "T").replace("+00:00", "Z")


def special(story: Story) -> dict[str, Value]:
    """The fields for which only front matter and sidecars have keys."""
    said: dict[str, Value] = {
        "slug": story.slug,
        "url": story.url,
        "id": story.id,
        "correction": story.correction,
        "status": story.release.status,
        "draft": story.release.draft,
        "embargo": stamp(story.release.embargo, 0) if story.release.embargo else "",
        "expires": stamp(story.release.expires, 1) if story.release.expires else "",
        "media": list(story.shown.media),
        "alternates": list(story.alternates),
    }
    return _filled(said)


def usual(story: Story) -> dict[str, Value]:
    """The fields that every format has, under one of the names that Hugo, Jekyll and Pelican give them."""
    synonym = story.number % 3
    chains = [" / ".join(chain) for chain in (story.chain, *story.more_chains) if chain]
    authors: list[dict[str, str]] = [_filled_texts({"name": name, "email": mail}) for name, mail in story.authors]
    said: dict[str, Value] = {
        "title": story.title,
        ("date", "published", "publishDate")[synonym]: stamp(story.published, story.number) if story.published else "",
        ("updated", "lastmod", "modified")[synonym]: stamp(story.updated, 0) if story.updated else "",
        ("section", "categories", "category")[synonym]: chains if len(chains) > 1 else "".join(chains),
        ("tags", "keywords", "tags")[synonym]: list(story.tags),
        "authors": authors if any("email" in each for each in authors) else [each["name"] for each in authors],
        ("summary", "description", "summary")[synonym]: story.summary,
        ("lang", "language", "lang")[synonym]: story.language,
        "image": story.shown.image,
        "caption": story.shown.caption,
        "credit": story.shown.credit,
    }
    return _filled(said)


def _filled(said: dict[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in said.items() if value}


def _filled_texts(said: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in said.items() if value}


def toml(said: Mapping[str, Value]) -> str:
    """A TOML document; a list of tables comes last, since keys after it would belong to its last table."""
    lines = [f"{key} = {toml_value(value)}" for key, value in said.items() if not tables(value)]
    for key, value in said.items():
        for table in tables(value):
            lines += ["", f"[[{key}]]", *(f"{name} = {quoted(each)}" for name, each in table.items())]
    return "".join(f"{line}\n" for line in lines)


def tables(value: Value) -> list[dict[str, str]]:
    """`value` where it is a list of tables; else an empty list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def toml_value(value: Value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value).lower() if isinstance(value, bool) else quoted(value)


def quoted(value: object) -> str:
    """A JSON string, which is a basic string of TOML and a double-quoted one of YAML, too."""
    return json.dumps(value, ensure_ascii=False)


def sidecar(said: Mapping[str, Value]) -> bytes | None:
    return toml(said).encode() if said else None
