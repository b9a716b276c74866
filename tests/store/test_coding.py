"""The representations of a body: the same bytes in every coding, each with an ETag of its own."""

import gzip
import re
import zlib
from hashlib import blake2b
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.pages import ASSETS
from feedsvc.store.coding import encodings, etag, etag_of_file, identity_coding

TEXT = b"The harbour of Port Arden. " * 100
PLAIN = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@given(st.binary(max_size=5000))
def test_every_coding_is_the_same_body(body: bytes) -> None:
    for each in encodings(identity_coding(body)):
        assert PLAIN[each.coding](each.body) == body


@given(st.binary(max_size=5000))
def test_a_coding_that_makes_a_body_no_smaller_is_left_out(body: bytes) -> None:
    plain, *coded = encodings(identity_coding(body))
    assert plain.body == body
    assert all(len(each.body) < len(body) for each in coded)


def test_every_representation_has_its_own_etag_which_is_of_its_bytes() -> None:
    found = encodings(identity_coding(TEXT))
    assert [each.coding for each in found] == ["identity", "gzip", "br"]
    assert len({each.etag for each in found}) == 3
    assert [each.etag for each in found] == [etag(each.body) for each in found]


@pytest.mark.parametrize("size", [0, 2**16 - 17, 2**16 - 16, 2**16 - 15, 2**16, 300_000])
def test_a_body_of_any_size_comes_back_whole_however_hard_it_was_pressed(size: int) -> None:
    noise = b"".join(blake2b(number.to_bytes(4)).hexdigest().encode() for number in range(size // 128 + 1))[:size]
    for lasting in (False, True):
        for each in encodings(identity_coding(noise), lasting=lasting):
            assert PLAIN[each.coding](each.body) == noise


def test_what_lasts_is_pressed_harder() -> None:
    style = ASSETS[0].body
    quick, lasting = (encodings(identity_coding(style), lasting=lasting)[2] for lasting in (False, True))
    assert len(lasting.body) < len(quick.body)


def test_a_gzip_frame_has_no_time_and_no_name_in_it() -> None:
    packed = encodings(identity_coding(TEXT))[1].body
    assert packed[:4] == b"\x1f\x8b\x08\x00"
    assert packed[4:8] == bytes(4)
    assert zlib.decompress(packed, 31) == TEXT


def test_an_etag_is_strong_and_quoted_and_of_the_bytes_alone() -> None:
    assert re.fullmatch('"[0-9a-f]{24}"', etag(b""))
    assert etag(TEXT) == etag(bytes(TEXT)) != etag(TEXT + b" ")


@pytest.mark.parametrize("size", [0, 1, 100_000, 3_000_000])
def test_a_file_has_the_etag_of_its_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(size))
    with path.open("rb") as file:
        assert etag_of_file(file) == etag(bytes(size))
