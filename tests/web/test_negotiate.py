"""What a header means (RFC 9110 sections 5.6.7, 8.8.3, 12.5.3 and 13.1)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.web.negotiate import Tags, codings, unmodified

TAG = '"0123456789abcdef01234567"'
BARE = TAG.strip('"')
SECOND = int(datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("br", ("br", "identity")),
        ("gzip, br", ("br", "gzip", "identity")),
        ("gzip, deflate, br, zstd", ("br", "gzip", "identity")),
        ("GZIP", ("gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("identity", ("identity",)),
        ("*", ("br", "gzip", "identity")),
        ("gzip;q=0", ("identity",)),
        ("*;q=0", ("identity",)),
        ("identity;q=0", ("identity",)),
        ("gzip, identity;q=0", ("gzip",)),
        ("gzip;q=0, *", ("br", "identity")),
        ("identity;q=0, *", ("br", "gzip")),
        ("gzip, *;q=0", ("gzip", "identity")),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", ("br", "gzip", "identity")),
        ("br;q=0.2, gzip;q=0.8", ("gzip", "br", "identity")),
        ("identity, gzip;q=0.5", ("identity", "gzip")),
        ("gzip;q=0.001", ("gzip", "identity")),
        ("gzip ; q=0.5 , br ; q=0.4", ("gzip", "br", "identity")),
        ("gzip;Q=0", ("identity",)),
    ],
)
def test_codings_are_taken_in_the_clients_order_and_of_equals_the_smallest(header: str, taken: tuple[str, ...]) -> None:
    assert codings(header) == taken


@pytest.mark.parametrize(
    "header",
    ["junk", ",,,", ";q=1", "gzip;q=abc", "gzip;q=2", "gzip;q=-1", "gzip;q=nan", "\x00\xff", "gz ip", "gzip" * 99],
)
def test_an_accept_encoding_of_no_sense_gets_the_document_as_it_is(header: str) -> None:
    assert codings(header) == ("identity",)


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=300))
def test_no_accept_encoding_is_without_an_answer(header: str) -> None:
    assert codings(header)
    assert set(codings(header)) <= {"br", "gzip", "identity"}


@pytest.mark.parametrize(
    "header",
    [
        TAG,
        f"W/{TAG}",
        f"w/{TAG}",
        f'"other", {TAG}',
        f'W/"a",W/{TAG},"b"',
        f'"a,b" , {TAG} ,',
        f'"{BARE}-gzip"',
        f'W/"{BARE}-gzip"',
        f'"{BARE}-br"',
        f'"{BARE};gzip"',
        f'"{BARE}--gzip"',
        BARE,
        f"{BARE}, other",
        "*",
        " * ",
    ],
)
def test_every_spelling_of_an_etag_is_known_again(header: str) -> None:
    assert TAG in Tags(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        '""',
        '"*"',
        "W/*",
        '"other", *',
        "junk",
        '"unterminated',
        f'"x{BARE}"',
        f'"{BARE}x"',
        f'"{BARE}-gzip-gzip"',
        f'"{BARE.upper()}"',
        f'"{BARE[:-1]}"',
        f'"-gzip{BARE}"',
        "\x00\xff",
    ],
)
def test_no_other_etag_is_taken_for_ours(header: str) -> None:
    assert TAG not in Tags(header)


def test_a_long_list_of_etags_takes_time_in_proportion() -> None:
    assert TAG in Tags('"x", ' * 1_600 + TAG)
    assert TAG not in Tags('"x", ' * 50_000 + TAG), "it is longer than any that a client of ours may send"
    assert TAG not in Tags('"' * 100_001 + " " * 100_000 + ",")


FORMS = ("Sun, 06 Nov 1994 08:49:{} GMT", "Sunday, 06-Nov-94 08:49:{} GMT", "Sun Nov  6 08:49:{} 1994")


@pytest.mark.parametrize("form", FORMS)
def test_a_date_says_the_same_in_its_three_forms(form: str) -> None:
    assert not unmodified(form.format("36"), SECOND, shared_second=False)
    assert unmodified(form.format("37"), SECOND, shared_second=False)
    assert unmodified(form.format("38"), SECOND, shared_second=False)


@pytest.mark.parametrize("form", FORMS)
def test_where_two_versions_share_a_second_only_a_later_one_tells(form: str) -> None:
    assert not unmodified(form.format("37"), SECOND, shared_second=True)
    assert unmodified(form.format("38"), SECOND, shared_second=True)


def test_a_date_in_the_future_is_a_date() -> None:
    assert unmodified("Fri, 06 Nov 2099 08:49:37 GMT", SECOND, shared_second=True)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "0",
        "-1",
        "junk",
        "2099-01-01",
        "Sun, 31 Feb 2099 08:49:37 GMT",
        "Mon, 01 Jan 99999999 00:00:00 GMT",
        "Sun, 06 Nov 2099 08:49:37 +99999999999999999999",
        "9" * 5000,
        "\x00\xff",
    ],
)
def test_what_is_no_date_is_ignored(junk: str) -> None:
    assert not unmodified(junk, SECOND, shared_second=False)


@given(st.text(alphabet=" ,:+-0123456789SunNovGMT", max_size=60))
def test_no_if_modified_since_is_without_an_answer(junk: str) -> None:
    assert unmodified(junk, SECOND, shared_second=False) in (True, False)
