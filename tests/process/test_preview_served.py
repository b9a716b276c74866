"""`feedsvc serve --preview`: drafts and stories of the future on this machine, and nowhere else."""

from pathlib import Path

from service import Newsroom, running

HEAD = "embargo: 2999-01-01T00:00:00Z\n"


def test_a_preview_shows_drafts_and_embargoed_stories_and_leaves_the_editions_alone(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("ferry.md")
    room.write("secret.md", head=HEAD)
    room.write("half.md", head="draft: true\n")
    assert room.here("publish").returncode == 0
    with running(room, "--preview") as service:
        titles = ["[Draft] half", "[Embargo until 2999-01-01 00:00] secret", "ferry"]
        assert sorted(service.titles()) == titles
        answer = service.get("/")
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert all(title in answer.text for title in titles)
        assert f"http://127.0.0.1:{room.port}/articles/" in service.get("/rss.xml").text
        assert service.get("/", Host="mere.example").status == 403
        assert service.get("/", Host=f"localhost:{room.port}").status == 200
        assert service.get("/", Via="1.1 proxy.example").status == 403
        assert "3 articles" in room.here("status").stdout
    with running(room) as service:
        assert service.titles() == ["ferry"]
        assert "Draft" not in service.get("/").text


def test_a_preview_on_a_public_address_is_refused(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    result = room.here("serve", "--preview", "--host", "0.0.0.0")
    assert result.returncode == 2
    assert "leave --host out" in result.stderr
