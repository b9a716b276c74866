"""A View follows the store: all of an Edition or nothing of it, and what was served stays served."""

import threading
from datetime import timedelta

import pytest
from edition import NOON, Newsroom, Served, ask, etags, served, story

from feedsvc.web.follower import Follower

PATH = "/news/eu/rss.xml"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    made = Newsroom(tmp_path_factory.mktemp("view"))
    made.publish(NOON)
    return made


def set_aside(newsroom: Newsroom) -> None:
    """As the publisher does with a store that is damaged."""
    newsroom.database.rename(newsroom.database.with_suffix(".damaged"))
    for tail in ("-wal", "-shm"):
        newsroom.database.with_name(newsroom.database.name + tail).unlink(missing_ok=True)


def test_nothing_is_served_before_there_is_an_edition(newsroom: Newsroom) -> None:
    side = Served(newsroom)
    assert side.view.edition.number == 0
    answer = ask(side.app, PATH)
    assert (answer.code, answer.headers["cache-control"], answer.headers["retry-after"]) == (503, "no-store", "2")
    assert side.view.follow()
    assert ask(side.app, PATH).code == 200
    side.store.close()


def test_following_takes_over_only_what_changed(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        before = side.view.edition
        assert before.tables[0].keys() >= {PATH, "/rss.xml"}
        assert before.tables[0][PATH] is before.tables[0][PATH]  # made once
        assert not side.view.follow()
        assert side.view.edition is before
        newsroom.write("sport/row.md", story("Rowing"))
        newsroom.publish(NOON + MINUTE)
        assert side.view.follow()
        after = side.view.edition
        assert after.number == before.number + 1
        assert after.tables[0][PATH] is before.tables[0][PATH]
        assert after.tables[0]["/rss.xml"] is not before.tables[0]["/rss.xml"]
        assert "/sport/rss.xml" in after.tables[2]
        assert "/sport/rss.xml" not in before.tables[2]


def test_a_document_that_moved_on_before_its_body_was_read_is_found_again(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        newsroom.write("news/eu/fish.md", story("Fish quotas, corrected", section="News / EU"))
        newsroom.publish(NOON + MINUTE)
        answer = ask(side.app, PATH)
        assert (answer.code, answer.hash) == (200, answer.headers["etag"])
        assert b"corrected" in answer.body
        assert answer.headers["last-modified"] == "Fri, 20 Nov 2026 12:01:00 GMT"


def test_many_who_follow_at_once_end_at_the_newest_edition(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        over = threading.Event()

        def follow() -> None:
            while not over.wait(0.001):
                side.view.follow()

        threads = [threading.Thread(target=follow) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(10):
            newsroom.write("news/eu/fish.md", story(f"Fish {number}", section="News / EU"))
            newsroom.publish(NOON + number * MINUTE)
        over.set()
        for thread in threads:
            thread.join()
        side.view.follow()
        fresh = Served(newsroom)
        fresh.view.follow()
        assert side.view.edition == fresh.view.edition
        fresh.store.close()


def test_bodies_beyond_the_memory_for_them_are_read_from_the_store(newsroom: Newsroom) -> None:
    side = Served(newsroom, cache=9000)
    side.view.follow()
    for _ in range(2):
        for path in side.paths():
            if not path.startswith("/media/"):
                answer = ask(side.app, path.encode("latin-1"))
                assert answer.hash == answer.headers["etag"]
        assert 0 < side.view.cached <= 9000
    side.store.close()


def test_with_the_store_gone_what_is_in_memory_is_served_and_the_rest_is_tried_again(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        seen, tags = ask(side.app, PATH), etags(side.app, PATH)
        side.store.close()
        for file in newsroom.database.parent.iterdir():
            file.unlink()
        Follower(side.view, side.store).look()
        assert ask(side.app, PATH) == seen
        assert ask(side.app, PATH, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=tags["br"]).code == 304
        assert ask(side.app, PATH, "HEAD", HTTP_ACCEPT_ENCODING="br").code == 200
        assert [ask(side.app, path).code for path in ("/news/eu", "/nothing", "/articles/nothing/x")] == [301, 404, 503]
        unseen = ask(side.app, "/atom.xml")
        assert (unseen.code, unseen.headers["cache-control"], unseen.headers["retry-after"]) == (503, "no-store", "2")
        assert ask(side.app, "/-/health").code == 200
        assert [ask(side.app, path).code for path in ("/-/ready", "/-/fresh")] == [503, 503]
        assert ask(side.app, "/-/status").code == 503
        assert b"feedsvc_store_readable 0.0" in ask(side.app, "/-/metrics").body


def test_a_damaged_store_leaves_the_last_edition(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    with served(newsroom) as side:
        seen = ask(side.app, PATH)
        follower = Follower(side.view, side.store)
        follower.look()
        side.store.close()
        newsroom.database.write_bytes(b"this is no database " * 999)
        for _ in range(5):
            follower.look()
        assert ask(side.app, PATH) == seen
        assert ask(side.app, "/atom.xml").code == 503
        assert [ask(side.app, path).code for path in ("/-/ready", "/-/fresh")] == [503, 503]
    [record] = caplog.records
    assert "edition 1 stays" in record.getMessage()


def test_a_store_that_could_never_be_read_is_told_of_as_that(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    newsroom.database.write_bytes(b"this is no database " * 999)
    side = Served(newsroom)
    follower = Follower(side.view, side.store)
    for _ in range(5):
        follower.look()
    side.store.close()
    [record] = caplog.records
    assert "nothing is served until it can be" in record.getMessage()


@pytest.mark.parametrize("editions", [1, 2, 3])
def test_a_store_in_another_ones_place_is_taken_over_whole_once_it_has_an_edition(
    newsroom: Newsroom, editions: int
) -> None:
    """As after a damaged store was set aside: documents that only the old one had are not served for ever."""
    newsroom.write("sport/row.md", story("Rowing"))
    newsroom.publish(NOON + MINUTE)
    with served(newsroom) as side:
        follower = Follower(side.view, side.store)
        follower.look()
        assert ask(side.app, "/sport/rss.xml").code == 200
        set_aside(newsroom)
        follower.look()
        assert ask(side.app, "/sport/rss.xml").code == 200
        (newsroom.articles / "sport/row.md").unlink()
        for number in range(editions):
            newsroom.write("news/eu/fish.md", story(f"Fish {number}", section="News / EU"))
            newsroom.publish(NOON + number * MINUTE)
        assert (side.view.edition.number, ask(side.app, PATH).code) == (2, 200)
        follower.look()
        assert side.view.edition.number == editions
        assert ask(side.app, "/sport/rss.xml").code == 404
        fresh = Served(newsroom)
        fresh.view.follow()
        assert side.view.edition == fresh.view.edition
        fresh.store.close()


def test_a_store_that_is_just_being_made_changes_nothing_and_is_no_trouble(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    with served(newsroom) as side:
        follower = Follower(side.view, side.store)
        follower.look()
        before = side.view.edition
        set_aside(newsroom)
        newsroom.database.touch()
        for _ in range(5):
            follower.look()
        assert not caplog.records
        assert side.view.edition is before
        assert ask(side.app, "/feed.json").code == 200
        newsroom.publish(NOON + MINUTE)
        follower.look()
        assert side.view.edition is not before


def test_hidden_edits_move_nothing_that_is_public(newsroom: Newsroom) -> None:
    with served(newsroom) as side:
        before = side.view.edition
        for number in range(20):
            newsroom.write("news/secret-draft.md", story(f"Draft {number}", status="draft"))
            newsroom.write("news/secret-notes.md", story(f"Later {number}", embargo="2030-01-01T00:00:00Z"))
            newsroom.publish(NOON + number * MINUTE)
        side.view.follow()
        assert side.view.edition.tables == before.tables
