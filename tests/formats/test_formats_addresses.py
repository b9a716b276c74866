"""Whatever is an address in a document is ASCII, in every format and on the page."""

import pytest
from formats_sample import article, feed
from msgspec.structs import replace
from partner_sample import CLIP, EPISODE, PARTNERS, WIDE, documents, full

from feedsvc import pages
from feedsvc.formats import FORMATS
from feedsvc.model.article import Article, Person

HOST, ASCII = "münchen.example", "xn--mnchen-3ya.example"


def abroad(number: int = 1) -> Article:
    at = f"https://{HOST}"
    media = (
        replace(WIDE, url=f"{at}/quay.jpg"),
        replace(CLIP, url=f"{at}/crane.mp4", thumbnail=f"{at}/crane.jpg", captions=f"{at}/crane.vtt"),
        replace(EPISODE, url=f"{at}/bell.mp3"),
    )
    return full(number, url=f"{at}/a?x=1&y=2", media=media, authors=(Person(name="Ann", url=f"{at}/ann"),))


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
def test_readers_find_the_host(name: str) -> None:
    body = FORMATS[name].render(feed(abroad())).decode()
    assert HOST not in body
    assert f"https://{ASCII}/a?x=1&" in body
    assert f"https://{ASCII}/crane.mp4" in body


@pytest.mark.parametrize("name", sorted(set(PARTNERS) - {"sitemap", "news-sitemap"}))
def test_partners_find_the_host(name: str) -> None:
    options = {"video": True} if name == "podcast" else {}
    made = documents(name, abroad(), **options)
    assert made
    for _, body in made:
        assert HOST not in body.decode()
        assert ASCII in body.decode()


def test_pages_find_the_host() -> None:
    site = pages.Site(title="The Lantern")
    page = pages.article(pages.frame(site, (), ()), abroad()).decode()
    assert HOST not in page
    assert f'<link rel="canonical" href="https://{ASCII}/a?x=1&amp;y=2">' in page


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("käse@t.example", ""),
        ("a b@t.example", ""),
        ("ann@münchen.example", f"ann@{ASCII}"),
        ("a@t.example", "a@t.example"),
    ],
)
def test_atom_has_mail_that_every_reader_takes_or_none(email: str, told: str) -> None:
    body = FORMATS["atom"].render(feed(article(authors=(Person(name="K", email=email),)))).decode()
    assert (f"<email>{told}</email>" in body) is bool(told)
    assert body.count("<email>") == bool(told)


@pytest.mark.parametrize(
    ("name", "email", "told"),
    [
        ("ann@t.example", "ann@t.example", "ann"),
        ("ann@t.example", "", "ann"),
        ("ann@münchen.example", "", "ann"),
        ("Ann @ Quay", "ann@t.example", "Ann @ Quay"),
        ("@ann", "", "@ann"),
        ("@ann@t.example", "", "@ann@t.example"),
    ],
)
def test_an_address_of_mail_is_nobodys_name(name: str, email: str, told: str) -> None:
    made = feed(article(authors=(Person(name=name, email=email),)))
    for form, sign in (
        ("atom", f"<name>{told}</name>"),
        ("rss", f">{told}</dc:creator>"),
        ("json", f'"name":"{told}"'),
    ):
        assert sign in FORMATS[form].render(made).decode().replace('"name": "', '"name":"')
