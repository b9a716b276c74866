"""One client may not take the same feed whole again and again, if the newsroom says so."""

from pathlib import Path

from edition import CONFIG, Newsroom, served
from edition import ask as request

from feedsvc.web.downloads import WINDOW, Downloads, client


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(address: str, path: str = "/rss.xml", **headers: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address, "PATH_INFO": path, **headers}


def test_without_a_limit_nobody_waits() -> None:
    downloads = Downloads(0)
    assert not any(downloads.wait(ask("192.0.2.1")) for _ in range(1000))


def test_the_limit_is_for_one_client_and_one_feed() -> None:
    downloads = Downloads(2, Clock())
    assert [downloads.wait(ask("192.0.2.1")) for _ in range(3)] == [0, 0, WINDOW + 1]
    assert downloads.wait(ask("192.0.2.2")) == 0
    assert downloads.wait(ask("192.0.2.1", "/atom.xml")) == 0


def test_the_hour_counts_from_the_first_download() -> None:
    clock = Clock()
    downloads = Downloads(2, clock)
    assert downloads.wait(ask("192.0.2.1")) == 0
    clock.now += WINDOW - 10
    assert downloads.wait(ask("192.0.2.1")) == 0
    assert downloads.wait(ask("192.0.2.1")) == 11
    clock.now += 11
    assert downloads.wait(ask("192.0.2.1")) == 0


def test_a_flooder_does_not_lengthen_its_own_wait() -> None:
    clock = Clock()
    downloads = Downloads(1, clock)
    downloads.wait(ask("192.0.2.1"))
    for _ in range(100):
        clock.now += 1
        assert downloads.wait(ask("192.0.2.1")) > 0
    clock.now += WINDOW
    assert downloads.wait(ask("192.0.2.1")) == 0


def test_only_a_proxy_on_this_machine_is_believed_about_its_clients() -> None:
    assert client(ask("127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")) == "198.51.100.7"
    assert client(ask("::1", HTTP_X_FORWARDED_FOR="198.51.100.7")) == "198.51.100.7"
    assert client(ask("192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7")) == "192.0.2.1"
    assert client(ask("", HTTP_X_FORWARDED_FOR="198.51.100.7")) == ""


def test_readers_whom_a_proxy_does_not_name_are_not_taken_for_one() -> None:
    downloads = Downloads(2, Clock())
    assert not any(downloads.wait(ask(address)) for address in ("127.0.0.1", "::1", "") for _ in range(100))
    named = [downloads.wait(ask("127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")) for _ in range(3)]
    assert named == [0, 0, WINDOW + 1]


def test_a_whole_feed_is_refused_with_the_time_to_wait_and_a_304_never_is(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, CONFIG + "\n[server]\ndownloads = 2\n")
    newsroom.publish()
    with served(newsroom) as side:
        assert [request(side.app, "/rss.xml").code for _ in range(3)] == [200, 200, 429]
        refused = request(side.app, "/rss.xml")
        assert 0 < int(refused.headers["retry-after"]) <= WINDOW + 1
        assert refused.headers["cache-control"] == "no-store"
        assert request(side.app, "/rss.xml", "HEAD").code == 200
        assert request(side.app, "/atom.xml").code == 200
        tag = request(side.app, "/rss.xml", "HEAD").headers["etag"]
        assert {request(side.app, "/rss.xml", HTTP_IF_NONE_MATCH=tag).code for _ in range(50)} == {304}
