"""Reads and writes a bucket of an S3-compatible store, or the part of it below a prefix. The only importer of obstore.

The address of the store, its region and the keys come from the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), or from the machine's role: the configuration holds no secret.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from feedsvc.web.export.disk import StaticError

if TYPE_CHECKING:
    from obstore import GetResult

SMALL = 8 * 2**20
"""Maximum bytes of an object that is sent in one request, and so is there as a whole or not at all."""
TAG = "cache-tag"
"""The name of the user metadata with the cache tag: the store returns it as `x-amz-meta-cache-tag`."""
_ANSWER, _CONNECT, _RETRIES = timedelta(seconds=60), timedelta(seconds=5), timedelta(seconds=20)
_LONGEST = 300
"""Maximum characters of an error message that are shown."""
_LONGEST_KEY = 1024
"""Maximum bytes of a key (Amazon S3 User Guide, "Naming Amazon S3 objects")."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEYLESS = re.compile(r"http://169\.254\.|Missing (AccessKeyId|SecretAccessKey)")
"""Errors that mean that there is no key: obstore then asks the metadata service of cloud machines, at such an
address."""
_FORBIDDEN = re.compile(r"status code: 40[13] ")
_MISSING = re.compile(r"status code: 404 ")
_LISTED = 1_000
"""Objects in one page of a listing."""


class Head(NamedTuple):
    """An object without its bytes: its key below the prefix, its size in bytes, its time in seconds since 1970, and a
    stamp that changes with its content."""

    key: str
    size: int
    modified: int
    stamp: str


class Received(NamedTuple):
    """An object with its bytes. Reading a chunk may raise StaticError."""

    head: Head
    chunks: Iterator[bytes]


class Denied(StaticError):
    """The key, or the machine's role, lacks the rights."""


class NotThere(Exception):
    """The object does not exist."""


class _Use(NamedTuple):
    """A way to use a bucket: the rights that it needs, and the consequence of an error."""

    rights: str
    left: str


_BEGIN = _Use("use objects", "nothing has changed")
_SEND = _Use("put and delete objects", "what was sent stays")
_READ = _Use("list and get objects", "what was published stays")


class Bucket:
    """The bucket and prefix `name`, as `s3://bucket/prefix`. Raises StaticError if it cannot be used, or if obstore is
    missing."""

    def __init__(self, name: str) -> None:
        try:
            import obstore
            from obstore.store import S3Store
        except ImportError as error:
            raise StaticError(
                name,
                "obstore is not installed",
                "install it: pip install 'obstore>=0.12,<0.13' (the extra s3 of feedsvc)",
            ) from error
        self.name = name
        self._api = obstore
        bucket, _, self._prefix = name.removeprefix("s3://").partition("/")
        with self._translated(_BEGIN):
            self._store = S3Store(
                bucket,
                prefix=self._prefix or None,
                client_options={
                    "timeout": _ANSWER,
                    "connect_timeout": _CONNECT,
                    "allow_http": os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://"),
                },
                retry_config={"max_retries": 3, "retry_timeout": _RETRIES},
            )

    def fault_of(self, key: str) -> str:
        """The reason why `key` is not valid; empty if it is."""
        whole = f"{self._prefix}/{key}" if self._prefix else key
        if len(whole.encode()) > _LONGEST_KEY:
            return f"its key is longer than {_LONGEST_KEY} bytes"
        if any(step in ("", ".", "..") for step in whole.split("/")) or _CONTROL.search(whole):
            return "its key has an empty step, dots alone in one, or a control character"
        return ""

    def put(
        self, key: str, content: bytes | BinaryIO, kind: str, cache: str, coding: str = "identity", tag: str = ""
    ) -> None:
        """Sends one object with its media type, Cache-Control and Content-Encoding, and its cache tag if there is one.
        Raises StaticError."""
        headers = {"Content-Type": kind, "Cache-Control": cache}
        if coding != "identity":
            headers["Content-Encoding"] = coding
        if tag:
            headers[TAG] = tag
        with self._translated():
            whole = isinstance(content, bytes)
            self._api.put(self._store, key, content, attributes=headers, use_multipart=not whole)

    def delete(self, keys: Sequence[str]) -> None:
        """Removes objects; missing ones are ignored. Raises StaticError."""
        with self._translated():
            self._api.delete(self._store, keys)

    def heads(self) -> Iterator[Head]:
        """All objects. May raise StaticError at any point, which leaves the listing incomplete."""
        with self._translated(_READ):
            for chunk in self._api.list(self._store, chunk_size=_LISTED):
                for each in chunk:
                    yield _head(each["path"], each["size"], each["last_modified"], each["e_tag"])

    def get(self, key: str) -> Received:
        """One object. Raises NotThere, and StaticError."""
        with self._translated(_READ):
            try:
                found = self._api.get(self._store, key)
            except FileNotFoundError:
                raise NotThere(key) from None
            told = found.meta
            head = _head(key, told["size"], told["last_modified"], told["e_tag"])
            return Received(head, self._whole(found) if head.size <= SMALL else self._parts(head))

    def _whole(self, found: "GetResult") -> Iterator[bytes]:
        with self._translated(_READ):
            yield bytes(found.bytes())

    def _parts(self, head: Head) -> Iterator[bytes]:
        """The bytes of a large object. Each part is a request of its own: a single one might take too long."""
        for start in range(0, head.size, SMALL):
            with self._translated(_READ):
                part = (start, min(start + SMALL, head.size))
                same = f'"{head.stamp}"' if head.stamp else None
                found = self._api.get(self._store, head.key, options={"range": part, "if_match": same})
                yield bytes(found.bytes())

    @contextmanager
    def _translated(self, use: _Use = _SEND) -> Iterator[None]:
        """Raises obstore's errors as StaticError with a remedy."""
        from obstore import exceptions

        try:
            yield
        except exceptions.PreconditionError as error:
            remedy = "the next look takes it as it is then"
            raise StaticError(self.name, "an object was replaced while it was read", remedy) from error
        except exceptions.InvalidPathError as error:
            remedy = "rename or remove that object: no other one can be listed while it is there"
            raise StaticError(self.name, _first_line(error), remedy) from error
        except (FileNotFoundError, exceptions.BaseError) as error:
            denied = isinstance(error, exceptions.PermissionDeniedError | exceptions.UnauthenticatedError)
            raise self._told(use, error, denied=denied) from error

    def _told(self, use: _Use, error: Exception, *, denied: bool) -> StaticError:
        """`error` as StaticError with its remedy. For a listing, obstore has the store's answer only as text."""
        reason = _first_line(error)
        if _KEYLESS.search(reason):
            remedy = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"
            return StaticError(self.name, reason, remedy)
        if denied or _FORBIDDEN.search(reason):
            remedy = f"let the key of AWS_ACCESS_KEY_ID {use.rights} there, and check its secret and the clock"
            return Denied(self.name, reason, remedy)
        if isinstance(error, FileNotFoundError) or _MISSING.search(reason):
            return StaticError(self.name, reason, "make the bucket, or mend its name, AWS_ENDPOINT_URL or AWS_REGION")
        remedy = f"check AWS_ENDPOINT_URL, AWS_REGION and the network; {use.left}"
        return StaticError(self.name, reason, remedy)


def _head(key: str, size: int, modified: datetime, etag: str | None) -> Head:
    return Head(key, size, int(modified.timestamp()), (etag or "").strip('"'))


def _first_line(error: Exception) -> str:
    """The text of `error` without details for programmers."""
    return str(error).partition("\n")[0].strip()[:_LONGEST]
