"""The representations of a body: the same bytes in every coding, each with an ETag of its own."""

import gzip
import io
import os
import re
import zlib
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, cast

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.pages import ASSETS
from feedsvc.store.coding import WHOLE, encodings, etag, etag_of_file, identity_coding

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


@pytest.mark.parametrize("place", [0, 5, 2**20 - 1, 2**20, WHOLE // 2, WHOLE, WHOLE + 2**20])
def test_a_large_file_has_another_etag_for_each_byte_that_is_another(tmp_path: Path, place: int) -> None:
    size, found = WHOLE + 2**20 + 1, set()
    for number in range(3):
        path = tmp_path / f"{number}.mp4"
        with path.open("wb") as file:
            file.truncate(size)
            file.seek(place)
            file.write(bytes([number]))
        with path.open("rb") as file:
            found.add(etag_of_file(file))
            assert file.tell() == size
    assert len(found) == 3


def test_holes_are_as_good_as_zeros(tmp_path: Path) -> None:
    size = WHOLE + 3 * 2**20
    tags = set()
    for name, written in (("holes", b""), ("zeros", bytes(size))):
        path = tmp_path / name
        path.write_bytes(written)
        os.truncate(path, size)
        with path.open("rb") as file:
            tags.add(etag_of_file(file))
    assert len(tags) == 1


def test_of_a_file_that_grows_only_what_was_there_counts(tmp_path: Path) -> None:
    path = tmp_path / "endless.mp3"
    path.write_bytes(bytes(3 * 2**20))

    class Growing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            with path.open("ab") as file:
                file.write(bytes(2**20))
            return super().read(size) or b""

    with Growing(path) as file:
        assert etag_of_file(cast(BinaryIO, file)) == etag(bytes(3 * 2**20))
