"""Addresses in pages are encoded once, and of the web; feeds are called as people know them."""

import pytest

from feedsvc.model.feed import Link
from feedsvc.model.urls import SITE
from feedsvc.pages import links


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
    assert links.chain_page(("News", "The EU")) == f"{SITE}/news/the-eu/"


def test_a_title_that_only_begins_alike_stays_whole() -> None:
    assert links.relative_title("Ledger – News / EU", "Ledger – News") == "EU"
    assert [links.relative_title(title, "Sport") for title in ("Sport", "Sports hour")] == ["Sport", "Sports hour"]


def test_a_letter_keeps_the_services_address_literal_and_the_path_whole() -> None:
    url = links.href(f"{SITE}/articles/k1/خ")
    assert links.mailto("a b", url) == f"mailto:?subject=a%20b&body={SITE}/articles/k1/%25D8%25AE"


def test_an_unknown_format_is_called_by_its_own_name() -> None:
    roku = Link(format="roku", href=f"{SITE}/roku.json", type="application/json")
    assert links.alternates(("News", (roku, roku)))[0].title == "News (roku)"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{SITE}/", "/"),
        (f"{SITE}/خبر/", "/%D8%AE%D8%A8%D8%B1/"),
        (f"{SITE}/a?b=c#d", "/a?b=c#d"),
        (f"{SITE}//other.example/", f"{SITE}//other.example/"),
        (SITE, SITE),
        (f"{SITE}.example/", f"{SITE}.example/"),
        ("https://other.example/a", "https://other.example/a"),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_link_of_the_service_is_relative_to_the_root_and_never_names_another_host(url: str, shown: str) -> None:
    assert links.local(url) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{SITE}/%D8%AE%D8%A8%D8%B1/rss.xml", f"{SITE}/خبر/rss.xml"),
        (f"{SITE}/новости/", f"{SITE}/новости/"),
        (f"{SITE}/a%20b%2Fc%3Fd", f"{SITE}/a%20b%2Fc%3Fd"),
        (f"{SITE}/%E2%80%AEa", f"{SITE}/%E2%80%AEa"),
        (f"{SITE}/%FF%D8", f"{SITE}/%FF%D8"),
        (f"{SITE}/%C2%A0%EF%BB%BF", f"{SITE}/%C2%A0%EF%BB%BF"),
    ],
)
def test_an_address_is_read_in_letters_and_means_the_same(url: str, shown: str) -> None:
    assert links.readable(url) == shown
    assert links.href(shown) == links.href(url)


def test_only_attributes_of_html_are_made_relative() -> None:
    html = f'<p title="{SITE}/a">{SITE}/b</p><a href="{SITE}//c.example/">c</a>'
    assert links.localise(html) == f'<p title="/a">{SITE}/b</p><a href="{SITE}//c.example/">c</a>'
