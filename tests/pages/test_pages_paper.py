"""The policy allows exactly what pages name; the colours can be read; addresses and languages are put right."""

import re
from base64 import b64encode
from hashlib import blake2b, sha256
from itertools import product

import pytest
from pages_sample import ARTICLE, SITE_OF_NEWS, feed, outlines, tree

from feedsvc import pages
from feedsvc.model.feed import Link
from feedsvc.model.urls import SITE
from feedsvc.pages import links
from feedsvc.pages.figures import clock
from feedsvc.pages.language import voice
from feedsvc.web.headers import cache_control

PAGES = {
    "front": pages.front(SITE_OF_NEWS, feed(ARTICLE), outlines()),
    "section": pages.section(SITE_OF_NEWS, feed(ARTICLE), (), ()),
    "article": pages.article(pages.frame(SITE_OF_NEWS, (), ()), ARTICLE),
    "message": pages.message("The Harbour Ledger", 404, "Nothing here", "Look elsewhere.", "en"),
}
OF_THE_SITE = ("front", "section", "article")
STYLE, SCRIPT = (asset.body.decode() for asset in pages.ASSETS)


@pytest.mark.parametrize("name", OF_THE_SITE)
def test_a_page_of_the_site_names_style_and_script_on_whichever_host_it_was_asked(name: str) -> None:
    root = tree(PAGES[name])
    named = root.xpath("//link[@rel='stylesheet']/@href") + root.xpath("//script/@src")
    assert named == [asset.path for asset in pages.ASSETS]
    assert all(path.startswith("/") and pages.is_asset(path) for path in named)
    assert not list(root.iter("style"))


def test_a_message_brings_its_style_along_and_the_policy_allows_just_that_one() -> None:
    (style,) = tree(PAGES["message"]).iter("style")
    assert style.text == STYLE
    source = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
    assert f"style-src 'self' {source}; script-src 'self';" in pages.CSP


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_styled_or_run_that_the_policy_would_stop(name: str) -> None:
    assert "unsafe" not in pages.CSP
    root = tree(PAGES[name])
    assert not root.xpath("//@style | //@*[starts-with(name(), 'on')] | //script[not(@type or @src)] | //iframe")


def test_style_and_script_are_named_by_their_bytes_and_good_for_good() -> None:
    for asset in pages.ASSETS:
        assert blake2b(asset.body, digest_size=8).hexdigest() in asset.path
        assert cache_control(asset.max_age) == f"public, max-age={pages.FOR_GOOD}, immutable"


@pytest.mark.parametrize("path", ["/style-1a2b/", "/style/rss.xml", "/news/style-0123456789abcdef.css", "/style.css"])
def test_no_other_path_is_taken_for_style_or_script(path: str) -> None:
    assert not pages.is_asset(path)


def test_style_and_script_are_the_same_on_every_address_of_the_service() -> None:
    assert SITE not in STYLE + SCRIPT


def test_the_style_is_small_and_fetches_nothing() -> None:
    assert len(STYLE) < 6144
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), list(product(["ink", "quiet", "accent"], ["paper", "wash"])))
def test_every_ink_can_be_read_on_every_ground(scheme: int, ink: str, ground: str) -> None:
    colours = {name: re.findall(rf"--{name}: (#\w{{6}})", STYLE)[scheme] for name in (ink, ground)}
    low, high = sorted(map(luminance, colours.values()))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_language_is_said_once() -> None:
    assert voice("en", "en-GB") == voice("", "fa") == ""
    assert voice("az", "az-Arab") == ' lang="az" dir="ltr"'
    assert voice('"><b>', "en") == ' lang="&#34;&gt;&lt;b&gt;" dir="ltr"'


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{SITE}/خبر/", f"{SITE}/%D8%AE%D8%A8%D8%B1/"),
        ("https://a.example/%D8%AE?q=1&r=%20#x", "https://a.example/%D8%AE?q=1&r=%20#x"),
        ("HTTP://a.example/", "HTTP://a.example/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("", ""),
    ],
)
def test_an_address_is_percent_encoded_once_and_of_the_web(url: str, expected: str) -> None:
    assert links.href(url) == expected


def test_a_section_has_its_page_under_the_path_of_its_names() -> None:
    assert links.section("") == f"{SITE}/"
    assert links.section_named(("News", "The EU")) == f"{SITE}/news/the-eu/"


def test_a_title_that_only_begins_alike_stays_whole() -> None:
    assert links.within("Ledger – News / EU", "Ledger – News") == "EU"
    assert [links.within(title, "Sport") for title in ("Sport", "Sports hour")] == ["Sport", "Sports hour"]


def test_a_letter_keeps_the_services_address_literal_and_the_path_whole() -> None:
    url = links.href(f"{SITE}/articles/k1/خ")
    assert links.mailto("a b", url) == f"mailto:?subject=a%20b&body={SITE}/articles/k1/%25D8%25AE"


def test_an_unknown_format_is_called_by_its_own_name() -> None:
    roku = Link(format="roku", href=f"{SITE}/roku.json", type="application/json")
    assert links.alternates(("News", (roku, roku)))[0].title == "News (roku)"


@pytest.mark.parametrize(("seconds", "shown"), [(7, "0:07"), (246.6, "4:07"), (3723, "1:02:03")])
def test_a_duration_is_shown_as_players_do(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
