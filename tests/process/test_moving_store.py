"""A newsroom moves from SQLite to PostgreSQL and back, and no reader notices."""

import subprocess
import sys
from pathlib import Path

import service
from postgresql_server import Servers
from service import Newsroom

from feedsvc.config import load
from feedsvc.service.stores import open_edition
from feedsvc.store import documents


def published(room: Newsroom) -> dict[str, str]:
    """The tag of each representation, by path and coding."""
    store = open_edition(load(room.config))
    with store.read() as transaction:
        rows = [row for row in documents.everything(transaction) if row.status == 200]
    store.close()
    return {f"{row.path} {row.coding}": str(row.etag) for row in rows}


def moved(room: Newsroom, folder: Path, url: str = "") -> Newsroom:
    """The same articles and site, with another store, into which the ledger of `room` was carried."""
    other = Newsroom(folder)
    text = room.config.read_text("utf-8").partition("[state]")[0]
    state = f'[state]\nurl = "{url}"\n' if url else ""
    articles = "" if "[articles]" in text else f'[articles]\npath = "{room.articles}"\n'
    other.config.write_text(f"{text}{articles}{state}", encoding="utf-8")
    other.articles = room.articles
    ledger = folder / "ledger.jsonl"
    assert room.here("ledger", "export", str(ledger)).returncode == 0
    assert other.here("ledger", "import", str(ledger)).returncode == 0
    assert other.here("publish").returncode == 0
    return other


def test_a_newsroom_is_carried_to_postgresql_and_back(tmp_path: Path, postgresql_servers: Servers) -> None:
    first = Newsroom(tmp_path / "first")
    for number in range(5):
        first.write(f"news/eu/story-{number}.md", head="sections: [News / EU, Sport]\n")
    assert first.here("publish").returncode == 0
    first.articles.joinpath("news/eu/story-1.md").rename(first.articles / "renamed.md")
    assert first.here("publish").returncode == 0
    second = moved(first, tmp_path / "second", postgresql_servers.database())
    assert published(second) == published(first)
    second.articles.joinpath("news/eu/story-2.md").rename(second.articles / "renamed too.md")
    assert second.here("publish").returncode == 0
    third = moved(second, tmp_path / "third")
    assert published(third) == published(second)
    status = second.here("status").stdout
    assert "5 articles" in status
    assert "story-3" in second.here("why", "story-3").stdout
    assert second.here("check").returncode == 0
    assert second.here("editions").returncode == 0


def test_a_driver_that_is_missing_is_named_with_the_command(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "psycopg.py").write_text("raise ImportError('no driver here')\n")
    room = Newsroom(tmp_path / "room", tables='[state]\nurl = "postgresql://news@127.0.0.1:1/news"\n')
    service.PATHS.append(str(blocked))
    try:
        for command in ("publish", "serve"):
            told = room.run(command)
            assert told.returncode != 0
            assert "pip install 'psycopg[binary]>=3.2'" in told.stderr
    finally:
        service.PATHS.remove(str(blocked))


def test_a_newsroom_without_it_never_loads_the_driver(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.md")
    program = (
        "import sys\nfrom feedsvc.service.cli.main import main\n"
        f"try: main(['publish', '--config', {str(room.config)!r}])\n"
        "except SystemExit: pass\nprint('psycopg' in sys.modules, 'sqlalchemy.dialects.postgresql' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False False\n")
