"""Addresses of the web and of mail are ASCII when they leave, and lead to where they led."""

import time

import pytest

from feedsvc.model.addr_spec import addr_spec
from feedsvc.model.addresses import ascii_host, uri, web, with_ascii_host


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("https://münchen.example/x", "https://xn--mnchen-3ya.example/x"),
        ("https://MÜNCHEN.example:8080/ä?ö=ü#ß", "https://xn--mnchen-3ya.example:8080/%C3%A4?%C3%B6=%C3%BC#%C3%9F"),
        ("https://mu\u0308nchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://m%C3%BCnchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://пример.испытание/путь", "https://xn--e1afmkfd.xn--80akhbyknj4f/%D0%BF%D1%83%D1%82%D1%8C"),
        ("https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://ann:x@bücher.example/", "https://ann:x@xn--bcher-kva.example/"),
        ("HTTP://É.example", "HTTP://xn--9ca.example"),
        ("http://[2001:db8::1]:8000/a[1]", "http://[2001:db8::1]:8000/a%5B1%5D"),
        ("https://e.example/a b%20c%zz", "https://e.example/a%20b%20c%25zz"),
        ("tag:ledger.example,2026:ü", "tag:ledger.example,2026:%C3%BC"),
    ],
)
def test_an_address_becomes_a_uri(said: str, told: str) -> None:
    assert uri(said) == told
    assert uri(told) == told


@pytest.mark.parametrize("said", ["https://a℀b.example/", f"https://{'ü' * 70}.example/", "https://ü%00.example/"])
def test_what_is_no_host_becomes_no_other_one(said: str) -> None:
    assert uri(said).isascii()
    assert "xn--" not in uri(said)
    with pytest.raises(ValueError, match="no part of a host name"):
        ascii_host(said.split("/")[2].replace("%00", "\0"))


def test_only_the_web_is_of_the_web() -> None:
    assert web("HTTPS://münchen.example") == "HTTPS://xn--mnchen-3ya.example"
    assert web("javascript:alert(1)") == web("ftp://e.example") == web("/x") == ""


def test_in_a_text_only_the_host_is_changed() -> None:
    assert with_ascii_host("https://münchen.example/Straße") == "https://xn--mnchen-3ya.example/Straße"
    assert with_ascii_host("/Straße") == "/Straße"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ann@t.example", "ann@t.example"),
        (" ann.v+x'y@t-1.example ", "ann.v+x'y@t-1.example"),
        ("mailto:ann@t.example", "ann@t.example"),
        ("ann@münchen.example", "ann@xn--mnchen-3ya.example"),
        ("käse@t.example", ""),
        ("ann@localhost", ""),
        ("ann at t.example", ""),
        ("ann@t.example, bo@t.example", ""),
        ("a..n@t.example", ""),
        (".ann@t.example", ""),
        ("ann@", ""),
        ("@t.example", ""),
        ("ann@t..example", ""),
        ("ann@-t.example", ""),
        ("ann@[127.0.0.1]", ""),
        ("ann@t.example\nbcc: x", ""),
        (f"{'a' * 250}@t.example", ""),
    ],
)
def test_mail_has_an_addr_spec_or_nothing(said: str, told: str) -> None:
    assert addr_spec(said) == told


def test_addresses_of_any_length_cost_little() -> None:
    start = time.process_time()
    for text in ("https://" + "ü." * 500_000, "https://" + "a@" * 500_000, "a." * 500_000 + "@" + "b." * 500_000):
        uri(text)
        addr_spec(text)
    assert time.process_time() - start < 5
