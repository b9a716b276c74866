"""Drafts of feeds from a form in the console: the table for config.toml, and a preview of the feed."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from feedsvc.config import Config, read_feed
from feedsvc.model.format import Format, FormatFault
from feedsvc.model.operator_answers import FeedDraft
from feedsvc.model.plan import Plan
from feedsvc.model.text import one_line
from feedsvc.publisher.preflight import preflight
from feedsvc.service.wiring import feed_plan
from feedsvc.store import ledger
from feedsvc.store.transaction import Transaction

DEEPEST, MOST = 5_000, 200
"""The largest number of stories that are examined, and that a preview contains, so that a draft does not slow down
readers."""
_EXCLUDED = {"without_sections": "sections", "without_tags": "tags", "without_authors": "authors"}


def draft_feed(
    transaction: Transaction,
    settings: Config,
    plan: Plan,
    formats: Mapping[str, Format],
    now: datetime,
    asked: Mapping[str, str],
) -> FeedDraft:
    """The draft of the feed for the form fields `asked`. If all fields are empty, it only has the choices of the
    form."""
    names = tuple(name for name, form in formats.items() if not name.endswith(".py") and not form.unusable)
    empty = FeedDraft(formats=names)
    if not any(asked.values()):
        return empty
    lines = dict(_lines(asked))
    try:
        values = tomllib.loads("\n".join(f"{key} = {value}" for key, value in lines.items()))
    except tomllib.TOMLDecodeError:
        return replace(empty, issues=('options: they are not TOML (write them as in: name = "The Ledger", count = 3)',))
    table, issues = read_feed(settings, {name: formats[name] for name in names}, values)
    if issues or values.keys() != lines.keys():
        return replace(empty, issues=issues or ("options: write them on one line",))
    draft = replace(empty, table="\n".join(("[[feeds]]", *(f"{key} = {value}" for key, value in lines.items()), "")))
    own = feed_plan(settings, table, formats[table.format].profile)
    own = replace(own, policy=replace(own.policy, limit=min(own.policy.limit, MOST)))
    whole = replace(plan, feeds=(*plan.feeds, own))
    try:
        report = preflight(transaction, whole, formats, now, feed=table.path, deepest=DEEPEST)
    except FormatFault as fault:
        return replace(draft, note=f"It cannot be shown now: {fault}")
    return replace(draft, report=report, note=_note(transaction))


def _note(transaction: Transaction) -> str:
    """A remark that the preview may lack older stories; empty if it does not."""
    if ledger.count_with_file(transaction, DEEPEST + 1) <= DEEPEST:
        return ""
    return f"Only the newest {DEEPEST:,} stories were looked at, and at most {MOST} are shown."


def _lines(asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The keys of the table, each with its value in TOML; empty values are left out."""
    given = {name: one_line(value) for name, value in asked.items()}
    written = {name: write(given.get(name, "")) for name, write in _WRITTEN.items()}
    excluded = {key: _list(given.get(name, "")) for name, key in _EXCLUDED.items()}
    inside = ", ".join(f"{key} = {value}" for key, value in excluded.items() if value)
    written["exclude"] = _inline(inside)
    return ((name, value) for name, value in written.items() if value)


def _text(text: str) -> str:
    """A string in TOML. For one line of clean text, JSON and TOML strings are the same."""
    return msgspec.json.encode(text).decode() if text else ""


def _list(text: str) -> str:
    """The distinct words between commas, as a list in TOML."""
    words = dict.fromkeys(filter(None, (one_line(each) for each in text.split(","))))
    return f"[{', '.join(map(_text, words))}]" if words else ""


def _number(text: str) -> str:
    """A number in TOML; any other text as a string, which the validation rejects."""
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else _text(text)


def _inline(text: str) -> str:
    """An inline table in TOML with the content `text`; empty if that is empty."""
    return f"{{ {text} }}" if text else ""


_WRITTEN = {
    **dict.fromkeys(("path", "format", "title", "description"), _text),
    **dict.fromkeys(("sections", "tags", "authors"), _list),
    **dict.fromkeys(("language", "media"), _text),
    "exclude": _inline,  # made of three fields
    "limit": _number,
    **dict.fromkeys(("max_age", "content"), _text),
    "options": _inline,
}
"""The function that writes each key, in the order of the table."""
