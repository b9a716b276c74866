"""Trouble is told by real requests and real mail, once, whatever becomes of the store and of this process."""

import asyncio
import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from subscriber import Listener, listening

from feedsvc.alerts.readings import Reader
from feedsvc.alerts.rules import Reading, name_of
from feedsvc.config import Config, load
from feedsvc.model.alerts import AlertMessage, AlertRecord
from feedsvc.push.outcome import Request, Result
from feedsvc.service import alert_operations
from feedsvc.service.alarm_loop import AlarmLoop
from feedsvc.service.alarm_process import make_client
from feedsvc.service.alert_sending import Sender, settle
from feedsvc.service.alert_wiring import Secrets, rules_of
from feedsvc.store import alerts
from feedsvc.store.errors import StoreError
from feedsvc.store.sqlite.database import Store, open_store, prepare_store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"known to both").decode()


def settings(folder: Path, tables: str) -> Config:
    head = '[site]\ntitle = "The Lantern"\nurl = "https://news.example"\n[push]\nallow = ["127.0.0.0/8"]\n'
    file = folder / "config.toml"
    file.write_text(head + tables, encoding="utf-8")
    return load(file)


class Watched:
    """A service whose clock and disk are set by hand, and whose store is real and empty."""

    def __init__(self, config: Config, secret: str = "") -> None:
        self.config = config
        self.now = NOON
        self.free = 50
        self.late = ""
        self.secrets = Secrets(secret, "")
        prepare_store(config.state.path)[0].close()

    def read(self, _reader: Reader, store: Store | None, now: datetime, started: datetime) -> Reading:
        seconds = int(now.timestamp())
        unreadable = "" if store else "there is none"
        return Reading(seconds, int(started.timestamp()), unreadable=unreadable, late=self.late, free=self.free)

    def run(self, *steps: dict[str, object], each: float = 30) -> None:
        """One process: each step sets values, and goes on by `each` seconds; ends as a process that is killed."""

        async def run() -> None:
            client = make_client(self.config)
            sender = Sender(self.config, client, self.secrets, lambda: int(self.now.timestamp()))
            reader = Reader({}, 0, "UTC", self.config.state.path, lambda _folder: self.free)
            loop = AlarmLoop(self.config, reader, sender, client, lambda: self.now, lambda: 0.5, tick=0.02)
            stop = asyncio.Event()
            running = asyncio.create_task(loop.run(stop))
            for step in steps:
                self.__dict__ |= step
                self.now += timedelta(seconds=each)
                await asyncio.sleep(0.12)
            stop.set()
            await running

        asyncio.run(run())


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings come from the service of the test."""
    monkeypatch.setattr(Reader, "read", lambda *given: CURRENT[0].read(*given))


CURRENT: list[Watched] = []


def watch(folder: Path, tables: str, secret: str = "") -> Watched:
    CURRENT[:] = [Watched(settings(folder, tables), secret)]
    return CURRENT[0]


def told(listener: Listener) -> list[tuple[str, str]]:
    bodies = [json.loads(each.body) for each in listener.posts]
    return [(each["data"]["kind"], each["type"]) for each in bodies]


DISK = '[[alerts]]\nto = "{}/hook"\nwhat = ["disk"]\n'


def test_a_full_disk_is_told_once_over_restarts_and_called_off(tmp_path: Path) -> None:
    with listening() as hook:
        service = watch(tmp_path, DISK.format(hook.url))
        service.run({}, {"free": 3}, {}, {})
        assert told(hook) == [("disk", "alert.raised")]
        service.run({}, {})
        assert told(hook) == [("disk", "alert.raised")]
        service.run({"free": 40}, {}, {}, {})
        assert told(hook) == [("disk", "alert.raised"), ("disk", "alert.cleared")]
        [first, second] = [json.loads(each.body) for each in hook.posts]
        assert "Only 3 % of the disk" in first["text"]
        assert first["data"]["since"] == second["data"]["since"]


def test_a_store_that_cannot_be_written_delays_no_message_and_repeats_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as hook:
        service = watch(tmp_path, DISK.format(hook.url))

        def full(_store: Store) -> None:
            raise StoreError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(Store, "write", full)
            service.run({"free": 0}, {}, {}, {}, {})
        assert told(hook) == [("disk", "alert.raised")]
        service.run({"free": 40}, {}, {}, {})  # after kill -9 nobody knows of it any more
        service.run({"free": 0}, {}, {}, {})
        assert told(hook) == [("disk", "alert.raised")] * 2


def test_a_store_that_is_gone_is_told_as_late_publishing(tmp_path: Path) -> None:
    with listening() as hook:
        service = watch(tmp_path, DISK.format(hook.url).replace('"disk"', '"publication"'))
        service.run({})
        (service.config.state.path / "store.sqlite3").unlink()
        service.run({}, {}, {})
        assert told(hook) == [("publication", "alert.raised")]


def test_requests_are_signed_by_standard_webhooks(tmp_path: Path) -> None:
    with listening() as hook:
        watch(tmp_path, DISK.format(hook.url), SECRET).run({"free": 3}, {}, {})
        [said] = hook.posts
    head = said.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + said.body
    expected = base64.b64encode(hmac.digest(b"known to both", signed, "sha256")).decode()
    assert head["webhook-signature"] == f"v1,{expected}"
    assert head["user-agent"] == "feedsvc (alerts)"
    assert head["content-type"] == "application/json"


def test_a_webhook_that_fails_is_tried_again_with_the_same_id_and_others_do_not_wait(tmp_path: Path) -> None:
    with listening() as dead, listening() as hook:
        dead.status = 503
        service = watch(tmp_path, DISK.format(dead.url) + DISK.format(hook.url))
        service.run({"free": 3}, {}, {}, {})
        assert told(hook) == [("disk", "alert.raised")]
        tried = len(dead.posts)
        assert tried >= 2
        dead.status = 200
        service.run({}, {}, {})
        assert len(dead.posts) == tried + 1
        assert len({each.headers["webhook-id"] for each in dead.posts}) == 1
        service.run({}, {})
        assert len(dead.posts) == tried + 1


def test_an_address_that_is_not_allowed_gets_nothing(tmp_path: Path) -> None:
    with listening() as hook:
        service = watch(tmp_path, DISK.format(hook.url))
        (tmp_path / "config.toml").write_text(
            '[site]\ntitle = "x"\nurl = "https://news.example"\n' + DISK.format(hook.url)
        )
        service.config = load(tmp_path / "config.toml")
        service.run({"free": 3}, {}, {})
        assert hook.said == []
    with open_store(service.config.state.path).read() as transaction:
        assert [each.event for each in alerts.RECORD.get(transaction).messages.values()] == ["raised"]


def test_the_sign_of_life_comes_while_all_is_well_and_stays_away_otherwise(tmp_path: Path) -> None:
    with listening() as life:
        service = watch(tmp_path, f'[alive]\nurl = "{life.url}/ping/1"\nevery = "25s"\n')
        service.run({}, {}, {})
        well = len(life.gets)
        assert well >= 3
        service.run({"late": "it is late"}, {}, {}, {})
        assert len(life.gets) == well
        service.run({"late": ""}, {}, {})
        assert len(life.gets) > well
        assert {each.path for each in life.gets} == {"/ping/1"}
        assert life.posts == []


class MailServer:
    """A mail server on loopback that takes everything (RFC 5321), and keeps it."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: "object") -> None:
        def say(line: str) -> None:
            stream.write(f"{line}\r\n".encode())  # type: ignore[attr-defined]
            stream.flush()  # type: ignore[attr-defined]

        say("220 here")
        while line := stream.readline():  # type: ignore[attr-defined]
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go on")
                lines = iter(stream.readline, b".\r\n")  # type: ignore[attr-defined]
                self.mails.append(b"".join(lines).decode())
            say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


def test_mail_is_sent_by_the_server_that_is_named(tmp_path: Path, mail: MailServer) -> None:
    smtp = f'[smtp]\nport = {mail.port}\nsender = "feedsvc@news.example"\n'
    service = watch(tmp_path, DISK.format("x").replace("x/hook", "mailto:desk@news.example") + smtp)
    service.run({"free": 3}, {}, {})
    [text] = mail.mails
    assert "To: desk@news.example" in text
    assert "Subject: The Lantern: the disk is nearly full" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "Only 3 % of the disk" in text
    service.run({"free": 40}, {}, {}, {})
    assert "Subject: The Lantern: Over: the disk is nearly full" in mail.mails[1]


def test_a_test_message_goes_to_everybody_and_tells_how_it_went(tmp_path: Path, mail: MailServer) -> None:
    with listening() as hook, listening() as broken:
        broken.status = 404
        smtp = f'[smtp]\nport = {mail.port}\nsender = "feedsvc@news.example"\n'
        tables = DISK.format(hook.url) + DISK.format(broken.url)
        tables += '[[alerts]]\nto = "mailto:desk@news.example"\n' + smtp + f'[alive]\nurl = "{hook.url}/life"\n'
        answers = alert_operations.send_tests(settings(tmp_path, tables))
        assert [each.status for each in answers.values()] == [200, 404, 200, 200]
        assert all("hook" not in name for name in answers)
        assert told(hook) == [("publication", "alert.test")]
        assert [each.path for each in hook.gets] == ["/life"]
    assert "Subject: The Lantern: A test" in mail.mails[0]


def message(**values: int) -> AlertMessage:
    return AlertMessage(id="1", to="x", event="raised", kind="disk", subject="", text="", since=0, **{"at": 0} | values)


@pytest.mark.parametrize(
    ("result", "now", "due"),
    [(Result(200), 10, None), (Result(503), 10, 14), (Result(404), 10, 14), (Result(0, error="x"), 90_000, None)],
)
def test_what_failed_is_tried_again_for_a_day(result: Result, now: int, due: int | None) -> None:
    record = settle(AlertRecord(messages={"k": message()}), [("k", message(), result)], now, 0.6)  # type: ignore[list-item]
    assert {key: each.due for key, each in record.messages.items()} == ({} if due is None else {"k": due})


def test_what_was_said_meanwhile_is_not_forgotten() -> None:
    newer = AlertMessage(id="2", to="x", event="cleared", kind="disk", subject="", text="", at=5, since=0)
    record = AlertRecord(messages={"k": newer})
    assert settle(record, [("k", message(), Result(200))], 10, 0.5) == record  # type: ignore[list-item]


def test_each_table_gives_the_rules_that_it_asks_for(tmp_path: Path) -> None:
    feed = '[[feeds]]\npath = "/x.xml"\nformat = "rss"\n'
    table = '[[alerts]]\nto = "https://a.example/1"\nwhat = ["silence", "push"]\n'
    table += 'sections = ["news/eu"]\nfeeds = ["/x.xml"]\nsilence = "2h"\npush = "5m"\n'
    rules = rules_of(settings(tmp_path, feed + table + '[[alerts]]\nto = "https://b.example/2"\n'))
    one, other = name_of("https://a.example/1"), name_of("https://b.example/2")
    assert [(each.kind, each.subject, each.limit) for each in rules if each.to == one] == [
        ("silence", "news/eu", 7_200),
        ("silence", "/x.xml", 7_200),
        ("push", "", 300),
    ]
    assert {each.kind for each in rules if each.to == other} == {
        "silence",
        "partner",
        "problems",
        "publication",
        "push",
        "disk",
    }
    assert all("example" not in each.key for each in rules)


class Silent:
    """A client that never answers."""

    async def send(self, request: Request) -> Result:
        await asyncio.sleep(60)
        return Result(200)


def test_a_webhook_that_hangs_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedsvc.service.alarm_loop.LAST", 0.05)
    service = watch(tmp_path, DISK.format("https://hangs.example"))
    monkeypatch.setattr("test_alarm_loop.make_client", lambda _config: Silent())
    service.run({"free": 3}, {}, {})
    with open_store(service.config.state.path).read() as transaction:
        assert len(alerts.RECORD.get(transaction).messages) == 1
