"""What is asked of the hub by a form, and what is no request."""

from urllib.parse import urlencode

import pytest

from feedsvc.push.subscribing import (
    FORM,
    LEASE,
    LONGEST_FORM,
    LONGEST_LEASE,
    SHORTEST_LEASE,
    Asked,
    Published,
    Refusal,
    read_form,
)

ASKED = {
    "hub.mode": "subscribe",
    "hub.callback": "https://reader.example/cb?id=7",
    "hub.topic": "https://news.example/rss.xml",
}


def read(changes: dict[str, str | None] | None = None, content_type: str = FORM) -> Asked | Published:
    fields = ASKED | {f"hub.{name}": value for name, value in (changes or {}).items()}
    return read_form(content_type, urlencode({k: v for k, v in fields.items() if v is not None}).encode())


def asked(**changes: str | None) -> Asked:
    found = read(changes)
    assert isinstance(found, Asked)
    return found


def refusal(body: bytes, content_type: str = FORM) -> int:
    with pytest.raises(Refusal) as refused:
        read_form(content_type, body)
    assert refused.value.reason
    return refused.value.status


def test_a_form_is_read_with_the_callbacks_own_query() -> None:
    found = asked(secret="s3cret", lease_seconds="86400")
    assert found.callback == ASKED["hub.callback"]
    assert found.topic == ASKED["hub.topic"]
    assert (found.intent.mode, found.intent.lease, found.intent.secret) == ("subscribe", 86_400, b"s3cret")


def test_parameters_that_are_not_known_are_ignored() -> None:
    assert asked(verify="async", verify_token="x", foo="bar") == asked()


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=UTF-8", FORM.upper()])
def test_the_content_type_may_name_a_charset(content_type: str) -> None:
    assert isinstance(read(content_type=content_type), Asked)


@pytest.mark.parametrize(
    ("wanted", "granted"),
    [
        (None, LEASE),
        ("", LEASE),
        ("0", LEASE),
        ("1", SHORTEST_LEASE),
        ("86400", 86_400),
        ("99999999999999999999", LONGEST_LEASE),
    ],
)
def test_a_lease_is_finite_and_within_limits(wanted: str | None, granted: int) -> None:
    assert asked(lease_seconds=wanted).intent.lease == granted


@pytest.mark.parametrize("wanted", ["ten", "-1", "1.5", "1e3", "٣"])
def test_a_lease_that_is_no_number_is_refused(wanted: str) -> None:
    with pytest.raises(Refusal):
        asked(lease_seconds=wanted)


def test_a_secret_has_less_than_200_bytes() -> None:
    assert asked(secret="s" * 199).intent.secret == b"s" * 199
    for secret in ("s" * 200, "й" * 100):
        with pytest.raises(Refusal):
            asked(secret=secret)


def test_a_request_to_unsubscribe_needs_no_lease() -> None:
    found = asked(mode="unsubscribe", lease_seconds="ten")
    assert (found.intent.mode, found.intent.lease) == ("unsubscribe", 0)


@pytest.mark.parametrize("missing", ["mode", "callback", "topic"])
def test_what_is_needed_has_to_be_there(missing: str) -> None:
    with pytest.raises(Refusal):
        read({missing: None})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"hub.mode=subscribe", 400),
        (b"hub.mode=denied&hub.callback=x&hub.topic=y", 400),
        (b"hub.mode=subscribe&hub.mode=unsubscribe&hub.callback=x&hub.topic=y", 400),
        (b"hub.mode=subscribe&hub.callback=x&hub.callback=z&hub.topic=y", 400),
        (b"hub.mode=subscribe&hub.callback=%ff&hub.topic=y", 400),
        (b"hub.mode=subscribe&hub.callback=\xff&hub.topic=y", 400),
        (b"&".join(b"a=b" for _ in range(100)), 400),
        (b"a=" + b"b" * LONGEST_FORM, 413),
        (b'{"hub.mode": "subscribe"}', 400),
    ],
)
def test_a_form_that_cannot_be_acted_on_is_refused_with_a_reason(body: bytes, status: int) -> None:
    assert refusal(body) == status


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_another_content_type_is_refused(content_type: str) -> None:
    assert refusal(urlencode(ASKED).encode(), content_type) == 415


def test_a_ping_may_name_its_topics_in_each_of_the_ways_in_use() -> None:
    body = b"hub.mode=publish&hub.url=https%3A%2F%2Fa.example%2F&hub.topic=https%3A%2F%2Fb.example%2F"
    assert read_form(FORM, body) == Published(("https://a.example/", "https://b.example/"))
