"""The policy allows exactly what pages name."""

from base64 import b64encode
from hashlib import sha256

import pytest
from pages_sample import ARTICLE, SITE_OF_NEWS, feed, outlines, tree

from feedsvc import pages

PAGES = {
    "front": pages.front(SITE_OF_NEWS, feed(ARTICLE), outlines()),
    "section": pages.section(SITE_OF_NEWS, feed(ARTICLE), (), ()),
    "article": pages.article(pages.frame(SITE_OF_NEWS, (), ()), ARTICLE),
    "message": pages.message("The Harbour Ledger", 404, "Nothing here", "Look elsewhere.", "en"),
}
OF_THE_SITE = ("front", "section", "article")
STYLE = pages.ASSETS[0].body.decode()


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
