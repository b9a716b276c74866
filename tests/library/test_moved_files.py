"""A newsroom that changes everything about itself: no id changes, and who goes by ids sees each story once."""

import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace
from newsroom import PLAN, TERMS, Newsroom, section, story

from feedsvc.library import ledger_file, transfer
from feedsvc.web.site import Site, make_flask
from feedsvc.web.view import View

FIRST, LATER = 500, 50
"""Stories to begin with, and those that come in at each change."""
ATOM = "{http://www.w3.org/2005/Atom}"
SMALL = replace(TERMS, formats=("atom",), limit=10)
SITE = replace(
    PLAN,
    addresses=("http://news.example",),
    defaults=replace(TERMS, formats=("atom",), limit=2000),
    sections={
        path: section(path, terms=SMALL) for path in ("news", "news/eu", "sport", "culture", "world", "world/asia")
    },
)

Item = dict[str, str]


class Reader:
    """Shows what has a `key` that it has not seen. It asks by If-Modified-Since, at one address after the other."""

    def __init__(self, key: Callable[[Item], object]) -> None:
        self._key = key
        self._seen: set[object] = set()
        self._modified = ""
        self.shown: Counter[str] = Counter()

    def poll(self, clients: list[FlaskClient], hosts: list[str], turn: int) -> None:
        host = hosts[turn % len(hosts)]
        headers = {"Host": host} | ({"If-Modified-Since": self._modified} if self._modified else {})
        answer = clients[-1].get("/atom.xml", headers=headers)
        if answer.status_code == 304:
            return
        assert answer.status_code == 200
        self._modified = answer.headers["Last-Modified"]
        for item in items(answer.data):
            if self._key(item) not in self._seen:
                self._seen.add(self._key(item))
                self.shown[item["story"]] += 1

    @property
    def repeats(self) -> int:
        return sum(count - 1 for count in self.shown.values())


def items(feed: bytes) -> list[Item]:
    """Each item with the name of its story, which stands in its text and nowhere else."""
    found = []
    for entry in etree.fromstring(feed).iterfind(f"{ATOM}entry"):
        text = entry.findtext(f"{ATOM}content") or ""
        link = next(each for each in entry.iterfind(f"{ATOM}link") if each.get("rel", "alternate") == "alternate")
        word = re.search(r"story-\d{4}", text)
        assert word is not None
        known = {name: entry.findtext(f"{ATOM}{name}") or "" for name in ("id", "title", "updated")}
        found.append(known | {"link": link.get("href", ""), "story": word[0]})
    return found


def readers() -> dict[str, Reader]:
    keys: dict[str, Callable[[Item], object]] = {
        "guid": lambda item: item["id"],
        "guid without host": lambda item: re.sub(r"\A(?:https?://[^/]*|tag:[^:]*)", "", item["id"]),
        "link": lambda item: item["link"],
        "link and title": lambda item: (item["link"], item["title"]),
        "guid and updated": lambda item: (item["id"], item["updated"]),
        "If-Modified-Since": lambda item: item["id"],
    }
    return {name: Reader(key) for name, key in keys.items()}


class Life:
    """A newsroom, its readers, and what becomes of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.room = Newsroom(folder / "first", SITE)
        self.readers = readers()
        self.ids: dict[str, str] = {}
        self.changed: list[str] = []
        self._turn = 0
        self._count = 0

    def arrive(self, count: int) -> None:
        for number in range(self._count, self._count + count):
            place = ("News / EU", "Sport", "Culture")[number % 3]
            url = f"https://www.paper.example/{number}" if number % 5 else ""  # else its page is one of ours
            text = story(f"Headline {number}", f"story-{number:04}.", section=place, url=url)
            self.room.write(f"{number % 7}/{number:04}.md", text)
        self._count += count

    def edit(self, change: Callable[[int, str], str], share: int = 1) -> None:
        """Change the text of every file, or of every so manieth."""
        for number, path in enumerate(sorted(self.room.articles.rglob("*.md"))):
            if number % share == 0:
                self.room.write(
                    str(path.relative_to(self.room.articles)), change(number, path.read_text("utf-8")), age=1
                )

    def publish(self) -> None:
        """A step: some more stories, an Edition, and all readers poll it twice."""
        self.arrive(LATER)
        self.room.publish(accept_removals=False)
        assert [each for each in self.room.problems() if "warning" not in each] == []
        addresses = self.room.plan.addresses
        view = View(self.room.store, len(addresses), 2**24)
        view.follow()
        site = Site("T", "en", self.room.articles, {}, 300, lambda: self.room.now)
        client = make_flask(view, self.room.store, site, addresses).test_client()
        hosts = [address.partition("://")[2] for address in addresses]
        for _ in range(2):
            self._turn += 1
            for reader in self.readers.values():
                reader.poll([client], hosts, self._turn)
        for address in range(len(addresses)):
            for item in items(self.room.body("/atom.xml", address)):
                if self.ids.setdefault(item["story"], item["id"]) != item["id"]:
                    self.changed.append(item["story"])

    def move_house(self) -> None:
        """To another machine, by an exported ledger; the files lie otherwise there, and have new times."""
        with self.room.store.read() as connection:
            data = b"".join(transfer.export_lines(connection, SITE.authority, self.room.now))
        new = Newsroom(self._folder / "second", self.room.plan)
        new.now = self.room.now
        for path in self.room.articles.rglob("*.md"):
            new.write(f"moved/{path.parent.name}/{path.name}", path.read_bytes(), age=5)
        file = io.BytesIO(data)
        ledger_file.validate(file, "ledger", SITE.authority)
        with new.store.write() as connection:
            taken = transfer.import_lines(connection, file, "ledger", SITE.authority)
        assert (taken.new, taken.problems) == (self._count, ())
        self.room.close()
        self.room = new


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def test_no_change_of_a_newsroom_changes_an_id_and_no_reader_of_ids_sees_a_story_twice(life: Life) -> None:
    room = life.room
    life.arrive(FIRST)
    life.publish()
    room.rebuild()  # without any memory, and the files where they were
    life.publish()
    for path in sorted(room.articles.rglob("*.md")):
        room.move(str(path.relative_to(room.articles)), f"renamed/{path.stem}-x.md")
    life.publish()
    life.edit(lambda number, text: text.replace("title:", f"slug: other-{number}\ntitle:"))
    life.publish()
    life.edit(lambda number, text: text.replace("Headline", "Better headline"), share=5)
    life.publish()
    life.edit(lambda number, text: re.sub("section: .*", "section: World / Asia", text), share=3)
    life.publish()
    room.configure(room.plan, addresses=("https://news.example",), digest="https")
    life.publish()
    room.configure(room.plan, addresses=("https://feeds.other.example",), digest="host")
    life.publish()
    mirrors = ("https://feeds.other.example", "https://one.example.net", "https://two.example.org")
    room.configure(room.plan, addresses=mirrors, digest="mirrors")
    life.publish()
    life.move_house()
    life.publish()

    assert life.changed == []
    assert len(life.ids) == len(set(life.ids.values())) == FIRST + 10 * LATER == 1000
    for name, reader in life.readers.items():
        assert len(reader.shown) == 1000, f"{name} missed some"
    repeats = {name: reader.repeats for name, reader in life.readers.items()}
    assert repeats["guid"] == repeats["guid without host"] == repeats["If-Modified-Since"] == 0
    assert 0 < repeats["guid and updated"] <= 200  # what was corrected is news to it, and nothing else
    assert repeats["link"] >= 200  # pages of ours follow the host, for which there is no remedy
