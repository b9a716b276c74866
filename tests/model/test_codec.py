"""What is stored comes back as it was."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from feedsvc.model import codec
from feedsvc.model.article import ArticleCopy, Media, Person, Status
from feedsvc.model.codec import FOREVER

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COPY = ArticleCopy(
    title="T", body="b", sections=(("News", "EU"),), published=NOON, authors=(Person(name="A"),),
    media=(Media(url="https://a.example/x", duration=1.5),), status=Status.DRAFT, extra={"n": [1, {"x": None}]},
)  # fmt: skip


@pytest.mark.parametrize(
    "instant", [NOON, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
)
def test_an_instant_comes_back(instant: datetime) -> None:
    assert codec.instant(codec.seconds(instant)) == instant


def test_a_copy_comes_back_and_says_no_more_than_it_has_to() -> None:
    assert codec.decode(codec.encode(COPY)) == COPY
    assert codec.encode(ArticleCopy(title="T")) == b'{"title":"T"}'


def test_what_is_no_copy_raises() -> None:
    with pytest.raises(msgspec.MsgspecError):
        codec.decode(b'{"title":1}')


def test_a_span_without_an_end_never_closes_and_one_that_is_none_never_opens() -> None:
    noon = codec.seconds(NOON)
    assert codec.visibility_columns((NOON, NOON + timedelta(hours=1))) == {"opens": noon, "closes": noon + 3600}
    assert codec.visibility_columns((NOON, None)) == {"opens": noon, "closes": FOREVER}
    assert codec.visibility_columns(None) == {"opens": FOREVER, "closes": FOREVER}
