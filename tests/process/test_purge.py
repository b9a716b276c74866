"""`[[purge]]`: caches drop what was edited or withdrawn; a process of its own sees to it, and may be killed."""

import os
import signal
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psutil
import pytest
from object_store import BUCKET, object_store
from service import Newsroom, Service, command_line, running, wait_for
from subscriber import Listener, listening

ALLOW = '[push]\nallow = ["127.0.0.0/8"]\n'


def purger(service: Service) -> psutil.Process:
    return next(each for each in service.family()[1:] if "feedsvc.service.purge_process" in command_line(each))


def asked(cache: Listener, name: str) -> list[str]:
    """The paths that were purged and contain `name`, in their order."""
    return [each.path for each in list(cache.said) if each.method == "PURGE" and name in each.path]


def test_a_cache_drops_what_was_withdrawn_although_it_failed_and_the_process_was_killed(tmp_path: Path) -> None:
    with listening() as cache:
        newsroom = Newsroom(tmp_path, tables=f'{ALLOW}[[purge]]\nservice = "http"\nurl = "{cache.url}{{path}}"\n')
        newsroom.write("first.md")
        with running(newsroom) as service:
            service.wait_for_title("first")
            newsroom.write("second.md")
            wait_for(lambda: asked(cache, "/second"), "the new page is purged, which may have been a 404")
            assert service.get(asked(cache, "/second")[0]).status == 200
            wait_for(lambda: "purged up to edition 2" in service.log, "it is done")
            assert "is purged up to edition 2" in newsroom.here("status").stdout
            cache.status = 503
            (newsroom.articles / "second.md").unlink()
            wait_for(lambda: "the answer is 503" in service.log, "the trouble is told")
            assert "the answer is 503" in newsroom.here("status").stderr
            assert service.get("/-/fresh").status == 200
            os.kill(purger(service).pid, signal.SIGKILL)
            cache.said.clear()
            cache.status = 200
            wait_for(lambda: asked(cache, "/rss.xml"), "it goes on where it was")
            assert asked(cache, "")[0] == asked(cache, "/second")[0]
            wait_for(lambda: "purged up to edition 3" in service.log, "it is done")
            assert newsroom.here("status").stderr == ""


def test_the_command_purges_what_it_has_written_elsewhere(tmp_path: Path) -> None:
    with listening() as cache:
        place = f'[[publish]]\nto = "{tmp_path}/copy"\n'
        table = f'[[purge]]\nservice = "http"\nurl = "{cache.url}{{path}}"\nbehind = "{tmp_path}/copy"\n'
        newsroom = Newsroom(tmp_path / "newsroom", tables=f"{ALLOW}{place}{table}")
        newsroom.write("first.md")
        assert newsroom.here("publish").stdout.endswith("http 127.0.0.1: 0 URLs purged\n")
        newsroom.write("second.md")
        cache.status = 500
        failed = newsroom.here("publish")
        assert (failed.returncode, failed.stderr.count("it is not purged: the answer is 500")) == (1, 1)
        cache.status = 200
        assert (newsroom.here("publish").stderr, bool(asked(cache, "/second"))) == ("", True)


@pytest.mark.parametrize("is_served", [True, False])
def test_what_was_withdrawn_leaves_a_bucket_and_its_cache_before_anything_else_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_served: bool
) -> None:
    name = f"s3://{BUCKET}"
    with object_store(monkeypatch) as store, listening() as cache:
        place = f'[[publish]]\nto = "{name}"\n'
        table = f'[[purge]]\nservice = "http"\nurl = "{cache.url}{{path}}"\nbehind = "{name}"\n'
        newsroom = Newsroom(tmp_path / "newsroom", tables=f"{ALLOW}{place}{table}")
        for title in ("first", "second"):
            newsroom.write(f"{title}.md")
        assert newsroom.here("publish").returncode == 0
        page = next(key for key in store.all_keys() if key.endswith("/second"))
        purged: list[tuple[str, bool]] = []
        answer = cache.answer

        def answered(handler: BaseHTTPRequestHandler) -> None:
            purged.append((handler.path, b"second" in store.get("feed.json").body))
            answer(handler)

        monkeypatch.setattr(cache, "answer", answered)
        (newsroom.articles / "second.md").unlink()
        with running(newsroom) if is_served else nullcontext():
            if not is_served:
                assert newsroom.here("publish").returncode == 0
            wait_for(lambda: any("/feed.json" in path for path, _ in purged), "all is purged")
        assert purged[0] == (f"/{page}", True)
        assert page not in store.all_keys()
        assert len(purged) == len(set(purged))
