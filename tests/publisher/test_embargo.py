"""Nothing is seen before its instant, nor after it: in no output, whatever the clocks do."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from newsroom import PLAN, Newsroom, own_feed, story
from sqlalchemy import select

from feedsvc.model.reader import ReaderOptions
from feedsvc.model.selection import Selection
from feedsvc.store import documents, ledger, state
from feedsvc.store.edition_schema import bodies
from feedsvc.store.edition_schema import documents as documents_table
from feedsvc.store.status import read_public_status
from feedsvc.web import export

LISBON = ReaderOptions(timezone="Europe/Lisbon")


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def public(room: Newsroom) -> dict[tuple[int, str, str], tuple[object, ...]]:
    """All that a client can be given: bytes in every coding, and what the headers are made of."""
    columns = (
        documents_table.c.status,
        documents_table.c.type,
        documents_table.c.modified,
        documents_table.c.max_age,
        documents_table.c.shared_second,
    )
    query = select(
        documents_table.c.number,
        documents_table.c.address,
        documents_table.c.path,
        bodies.c.coding,
        bodies.c.etag,
        *columns,
    )
    joined = query.join(bodies, bodies.c.document == documents_table.c.number, isouter=True)
    with room.store.read() as connection:
        return {
            (address, path, coding or ""): (etag, documents.body(connection, str(etag), number), *rest)
            for number, address, path, coding, etag, *rest in connection.execute(joined).all()
        }


def leaving(room: Newsroom) -> Iterator[bytes]:
    """Every byte that leaves: documents, their paths, and the status as a stranger sees it."""
    for (_, path, coding), (_, body, status, *_) in public(room).items():
        yield path.encode() if status == documents.LIVE else b""
        if coding in ("", "identity"):
            yield bytes(body or b"")  # type: ignore[call-overload]
    with room.store.read() as connection:
        yield json.dumps(repr(read_public_status(connection, room.now, 300))).encode()


def seen(room: Newsroom, canaries: list[str]) -> set[str]:
    text = b"\n".join(leaving(room)).decode(errors="ignore")
    return {canary for canary in canaries if canary in text}


# --- what cannot be read ----------------------------------------------------------------------------------------------

UNREADABLE = ("", "soon", "2026-13-01T00:00:00Z", "2026-03", "12:00", "03/04/2026")
NINJS = {"uri": "urn:a", "headline": "Held", "body_text": "Canary.", "versioncreated": "2026-11-19T08:00:00Z"}
ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Held", "articleBody": "Canary."}
ARTICLE |= {"datePublished": "2026-11-19T08:00:00Z"}
SUFFIX = {"front matter": "md", "TOML": "md", "sidecar": "md", "ninjs": "json", "JSON-LD": "json"}
SUFFIX |= {"page": "html", "page with JSON-LD": "html"}


def held(form: str, field: str, value: object) -> tuple[str, str]:
    """An article in one of the formats with an odd value in `field`, and its sidecar."""
    said = json.dumps(value)
    match form:
        case "front matter":
            return story("Held", "Canary.", **{field: said}), ""
        case "TOML":
            return f'+++\ntitle = "Held"\ndate = "2026-11-19T08:00:00Z"\n{field} = {said}\n+++\n\nCanary.\n', ""
        case "sidecar":
            return story("Held", "Canary."), f"{field} = {said}\n"
        case "ninjs":
            return json.dumps(NINJS | {"embargoed" if field == "embargo" else field: value}), ""
        case "JSON-LD":
            return json.dumps(ARTICLE | {field: value}), ""
        case "page with JSON-LD":
            script = json.dumps(ARTICLE | {field: value})
            return f'<html><head><script type="application/ld+json">{script}</script></head><body></body></html>', ""
    name = "article:expiration_time" if field == "expires" else field
    head = f'<title>Held</title><meta property="{name}" content="{value}">'
    return f"<html><head>{head}</head><body><article><h1>Held</h1><p>Canary.</p></article></body></html>", ""


@pytest.mark.parametrize("field", ["embargo", "expires"])
@pytest.mark.parametrize("form", SUFFIX)
def test_what_cannot_be_read_holds_the_story_back_and_says_so_in_every_format(
    room: Newsroom, form: str, field: str
) -> None:
    values: list[object] = [*UNREADABLE]
    values += [] if form == "page" else [[], {}]
    values += [None] if SUFFIX[form] == "json" or form == "page with JSON-LD" else []
    for number, value in enumerate(values):
        text, sidecar = held(form, field, value)
        room.write(f"{number}.{SUFFIX[form]}", text)
        if sidecar:
            room.write(f"{number}.toml", sidecar)
    room.publish()
    assert room.titles() == []
    assert seen(room, ["Canary", "Held"]) == set()
    problems = room.problems()
    assert len(problems) == len(values)
    assert all(f"{number}.{SUFFIX[form]}: " in "\n".join(problems) for number in range(len(values)))


@pytest.mark.parametrize("form", SUFFIX)
def test_what_can_be_read_counts_in_every_format(room: Newsroom, form: str) -> None:
    text, sidecar = held(form, "embargo", "2026-11-20T12:20:00Z")
    room.write(f"a.{SUFFIX[form]}", text)
    if sidecar:
        room.write("a.toml", sidecar)
    assert room.publish().next_change_at == datetime(2026, 11, 20, 12, 20, tzinfo=UTC)
    assert room.titles() == []
    room.publish(minutes=20)
    assert room.titles() == ["Held"]


def test_another_spelling_of_an_embargo_is_not_overlooked(room: Newsroom) -> None:
    room.write("a.json", json.dumps(NINJS | {"embargoUntil": "2030-01-01T00:00:00Z"}))
    room.write("b.json", json.dumps(ARTICLE | {"embargoDate": "2030-01-01T00:00:00Z"}))
    room.write("c.html", '<html><head><title>Held</title><meta name="embargo_until" content="2030"></head><body>'
               "<article><p>Canary.</p></article></body></html>")  # fmt: skip
    room.publish()
    assert room.titles() == []
    assert len(room.problems()) == 3


def test_what_a_page_tells_caches_is_no_expiry(room: Newsroom) -> None:
    head = '<title>Shown</title><meta http-equiv="expires" content="0"><meta name="expires" content="never">'
    room.write("a.html", f"<html><head>{head}</head><body><article><p>Text that is long.</p></article></body></html>")
    room.publish()
    assert room.titles() == ["Shown"]


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-10-25 01:30", "2026-10-25T01:30:00Z"),  # comes twice, at 00:30 and at 01:30 UTC: the later one
        ("2026-03-29 01:30", "2026-03-29T01:30:00Z"),  # is left out: clocks go from 01:00 to 02:00
        ("2026-07-01 09:00", "2026-07-01T08:00:00Z"),
        ("2026-12-01 09:00", "2026-12-01T09:00:00Z"),
    ],
)
def test_an_embargo_in_local_time_ends_never_early_when_clocks_change(room: Newsroom, local: str, instant: str) -> None:
    room.configure(room.plan, LISBON)
    room.write("a.md", story("A", date="2026-01-01T00:00:00Z", embargo=local))
    ends = datetime.fromisoformat(instant)
    for seconds, titles in ((-3601, []), (-1, []), (0, ["A"]), (3600, ["A"])):
        room.now = ends + timedelta(seconds=seconds)
        room.publish(minutes=0)
        assert room.titles() == titles


def test_the_clock_decides_when_it_is_put_forward_and_takes_nothing_back_when_it_is_put_back(room: Newsroom) -> None:
    """The Edition is that of the latest instant so far: what readers saw stays, and what they saw go stays away."""
    start = room.now
    for minutes in range(0, 180, 15):
        at = (start + timedelta(minutes=minutes)).isoformat()
        room.write(f"{minutes}.md", story(f"opens-{minutes:03}.", embargo=at))
        room.write(f"x{minutes}.md", story(f"closes-{minutes:03}.", expires=at))
    latest = 0
    for minutes in (20, 80, 20, 95, 35, 140, 0, 170, 110):
        latest = max(latest, minutes)
        room.now = start + timedelta(minutes=minutes)
        report = room.publish(minutes=0)
        assert set(room.titles()) == {f"opens-{each:03}." for each in range(0, 180, 15) if each <= latest} | {
            f"closes-{each:03}." for each in range(0, 180, 15) if each > latest
        }
        following = start + timedelta(minutes=latest - latest % 15 + 15)
        assert report.next_change_at == (following if latest < 165 else None)


def test_what_was_due_while_nobody_ran_is_out_at_once(room: Newsroom) -> None:
    room.write("a.md", story("A", embargo=(room.now + timedelta(hours=1)).isoformat()))
    room.publish()
    room.close()
    room.now += timedelta(days=3)
    room.open()
    room.publish(minutes=0)
    assert room.titles() == ["A"]


# --- canaries ---------------------------------------------------------------------------------------------------------


def canary(number: int) -> str:
    return f"canary-{number:04}-"


def hide(room: Newsroom, number: int) -> datetime | None:
    """A story with its canary in every field, held back in one of five ways; when it may be seen."""
    word = canary(number)
    due = room.now + timedelta(minutes=7 * (1 + number // 5))
    ways: list[dict[str, str]] = [
        {"embargo": due.isoformat()},
        {"date": due.isoformat()},
        {"draft": "true"},
        {"status": "withdrawn"},
        {"embargo": f"{word}tomorrow"},
    ]
    way = ways[number % 5]
    fields = {key: f"{word}{key}" for key in ("slug", "summary", "author", "tags", "section", "credit", "alternates")}
    fields["alternates"] = f"{word}x.example"
    if number % 5 < 2:  # a section that was published once stays while an article names it, though the clock goes back
        fields["section"] = "Secrets"
    room.write(f"{word}folder/{word}file.md", story(f"{word}title", f"{word}body", **(fields | way)))
    return due if number % 5 < 2 else None


def test_no_canary_sings_early_and_all_sing_in_time(room: Newsroom, tmp_path: Path) -> None:
    room.configure(PLAN, feeds=(own_feed("/all.json", Selection()),))
    start = room.now
    due = {number: hide(room, number) for number in range(500)}
    canaries = [canary(number) for number in due]
    steps = [0, 3, 66, 6, 70, 140, 80, 200, 700]  # minutes: the clock jumps an hour and back in between
    for turn, minutes in enumerate(steps):
        room.now = start + timedelta(minutes=minutes)
        room.publish(minutes=0)
        if turn == 4:
            room.close()
            room.open()
        latest = start + timedelta(minutes=max(steps[: turn + 1]))  # what was seen stays when the clock goes back
        wanted = {canary(number) for number, at in due.items() if at is not None and at <= latest}
        assert seen(room, canaries) == wanted
        if turn in (2, 3):
            assert written(room, tmp_path / "public", canaries) == wanted


def written(room: Newsroom, folder: Path, canaries: list[str]) -> set[str]:
    """The canaries in what a static server has to give: names and bytes, but not what only the server itself reads."""
    export.write(room.store, room.articles, ("news.example", "mirror.example.net"), folder, {}, "T", "en")
    files = [path for path in folder.glob("*/**/*") if path.is_file() and not path.name.startswith(".")]
    plain = b"\n".join(path.read_bytes() for path in files if path.suffix not in (".gz", ".br")).decode(errors="ignore")
    names = "\n".join(map(str, files))
    return {word for word in canaries if word in plain or word in names}


def test_a_thousand_edits_of_what_is_hidden_move_nothing_public(room: Newsroom) -> None:
    for number in range(5):
        room.write(f"{number}.md", story(f"Public {number}", section="News"))
    room.write("draft.md", story("Draft", draft="true", section="News"))
    room.write("later.md", story("Later", embargo="2030-01-01T00:00:00Z", section="News"))
    room.publish()
    before = public(room)
    with room.store.read() as connection:
        edition = state.current_edition(connection)
    for number in range(500):
        kind = itertools.cycle(("News", "Sport", "Secret"))
        section = [next(kind) for _ in range(number % 3 + 1)][-1]
        room.write("draft.md", story(f"Draft {number}", f"{number}", draft="true", section=section), age=0.5)
        room.write(
            f"later{number % 7}.md", story(f"L {number}", embargo="2030-01-01T00:00:00Z", section=section), age=0.5
        )
        if number % 25 == 24:
            room.publish(minutes=1)
    room.publish()
    with room.store.read() as connection:
        assert state.current_edition(connection) == edition
        assert ledger.count_with_file(connection) == 14
    assert public(room) == before
