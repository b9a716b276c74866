"""A file beside an article never becomes a page that runs, whatever the article says of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy_sample import publish_to
from edition import SMALL, Newsroom, Served, ask, served, story

from feedsvc.model import media_types
from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import read
from feedsvc.store.problems import all_problems
from feedsvc.web.headers import SANDBOX

PAGE = b"<html xmlns='http://www.w3.org/1999/xhtml'><script>document.title = 'run'</script></html>"
SAID = (
    "image/png, text/html",
    "image/png,text/html",
    "image/png text/html",
    "image/png\ttext/html",
    "image/png;,text/html",
    "image/png; charset=utf-8, text/html",
    "image/SVG+xml",
    "IMAGE/SVG+XML",
    "image/svg+xml; charset=utf-8",
    "image/x+xml",
    "video/xhtml+xml",
    "audio/anything+XML",
    "text/html",
    "TEXT/HTML",
    "text/xml",
    "application/xhtml+xml",
    "application/pdf, text/html",
    "application/pdf",
    "text/vtt, text/html",
    "multipart/x-mixed-replace; boundary=a",
    "image/",
    "/html",
    "image",
    "*/*",
    "image/*",
    "image/png\r\nX-Canary: 1",
    "image/\u0440ng",
)
"""Types under which a picture must not be served."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = Newsroom(tmp_path_factory.mktemp("types"), SMALL)
    for number, said in enumerate(SAID):
        newsroom.write(f"news/evil{number}.png", PAGE)
        front = story(f"Evil {number}", media=f"\n- {{url: evil{number}.png, type: {quoted(said)}}}")
        newsroom.write(f"news/evil{number}.md", front)
        newsroom.write(f"news/beside{number}.png", PAGE)
        newsroom.write(f"news/beside{number}.md", story(f"Beside {number}"))
        newsroom.write(f"news/beside{number}.toml", f'media = [{{url = "beside{number}.png", type = {quoted(said)}}}]')
    newsroom.publish()
    return newsroom


def quoted(text: str) -> str:
    """As YAML and TOML have it in double quotes."""
    return '"' + text.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n") + '"'


@pytest.fixture(scope="module")
def side(made: Newsroom) -> Iterator[Served]:
    with served(made) as side:
        yield side


@pytest.mark.parametrize("name", ["evil", "beside"])
@pytest.mark.parametrize("number", range(len(SAID)), ids=SAID)
def test_a_picture_is_served_as_its_name_says(side: Served, name: str, number: int) -> None:
    answer = ask(side.app, f"/media/news/{name}{number}.png")
    assert (answer.code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["content-security-policy"] == SANDBOX
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "x-canary" not in answer.headers


def test_every_file_is_served_without_the_powers_of_the_site(side: Served) -> None:
    for path in ("/media/news/harbour.svg", "/media/news/tide bell.mp4"):
        for more in ({}, {"HTTP_RANGE": "bytes=0-1"}):
            assert ask(side.app, path, **more).headers["content-security-policy"] == SANDBOX


def test_so_it_is_in_the_folder_for_nginx(made: Newsroom, tmp_path: Path) -> None:
    publish_to(made, tmp_path / "site")
    maps = (tmp_path / "site/maps.conf").read_text("utf-8")
    for said in ("xhtml", "SVG", ", text", "x+xml", "mixed"):
        assert said not in maps
    assert f'default "{SANDBOX}";' in maps


def test_the_newsroom_is_told_which_type_was_not_taken(made: Newsroom) -> None:
    with served(made) as side, side.store.read() as connection:
        told = [str(problem) for problem in all_problems(connection)]
    for number in range(len(SAID)):
        assert any(f"evil{number}." in line and "type" in line for line in told), SAID[number]


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("a.png", "", "image/png"),
        ("a.png", "image/webp", "image/webp"),
        ("a.PNG", "IMAGE/WebP", "image/webp"),
        ("a.jpg", "image/jpg", "image/jpeg"),
        ("a.svg", "", "image/svg+xml"),
        ("a.svg", "image/svg+xml", "image/svg+xml"),
        ("a.mp4", "audio/mp4", "audio/mp4"),
        ("a.webm", "audio/webm", "audio/webm"),
        ("a.ogg", "video/ogg", "video/ogg"),
        ("a.mp3", "audio/mp3", "audio/mpeg"),
        ("a.mp3", "video/mp4", "audio/mpeg"),
        ("a.mp4", "video/mp4; codecs=avc1", "video/mp4"),
        ("a.vtt", "text/html", "text/vtt"),
        ("a.srt", "text/srt", "application/x-subrip"),
        ("a.pdf", "application/xhtml+xml", "application/pdf"),
        ("a.html", "image/png", ""),
        ("a.md", "image/png", ""),
        ("a.xhtml", "image/png", ""),
        ("a.xml", "image/png", ""),
        ("a.js", "image/png", ""),
        ("a", "image/png", ""),
    ],
)
def test_the_name_of_a_file_says_what_it_is(name: str, said: str, kind: str) -> None:
    assert media_types.published(name, said) == kind


@pytest.mark.parametrize("said", ["application/x-mpegURL", "application/dash+XML", "Video/MP4", "application/mpegurl"])
def test_a_film_is_a_film_however_its_type_is_written(said: str) -> None:
    front = f"---\ntitle: T\nmedia: [{{url: https://cdn.example/x, type: {said}, duration: 60}}]\n---\n\nText.\n"
    found = read(Source(path="a.md", data=front.encode()), ReaderOptions())
    assert [medium.medium for medium in found.copy.media] == ["video"]
    assert not found.problems


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("application/x-mpegURL", "application/vnd.apple.mpegurl"),
        ("Application/Vnd.Apple.MPEGURL", "application/vnd.apple.mpegurl"),
        ("application/dash+XML", "application/dash+xml"),
        ("Audio/MPEG", "audio/mpeg"),
        (" image/png ", "image/png"),
        ("text/plain;", "text/plain"),
        ("image/png, text/html", ""),
        ("image/png/x", ""),
        ("", ""),
    ],
)
def test_a_type_is_compared_without_case_and_under_one_name(said: str, kind: str) -> None:
    assert media_types.clean(said) == kind
