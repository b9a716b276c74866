"""A bucket of a store of the kind of S3, or the part of it below a prefix. The only importer of obstore.

The address of the store, its region and the keys come from the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), or from the machine's role: nothing secret is in the configuration.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import BinaryIO

from feedsvc.web.export.disk import StaticError

SMALL = 8 * 2**20
"""Bytes up to which an object is sent in one request, so that it is there as a whole or not at all."""
TAG = "cache-tag"
"""The name of the user metadata with the tag: a store of this kind answers with it as `x-amz-meta-cache-tag`."""
_ANSWER, _CONNECT, _RETRIES = timedelta(seconds=60), timedelta(seconds=5), timedelta(seconds=20)
_LONGEST = 300
"""Characters of an error that are shown."""
_LONGEST_KEY = 1024
"""Bytes of a key at most (Amazon S3 User Guide, "Naming Amazon S3 objects")."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Bucket:
    """The place `name`, `s3://bucket/prefix`. Raises StaticError where it cannot be used, also without obstore."""

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
        with self._translated():
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
        """The reason why there can be no object under `key`; empty if there can."""
        whole = f"{self._prefix}/{key}" if self._prefix else key
        if len(whole.encode()) > _LONGEST_KEY:
            return f"its key is longer than {_LONGEST_KEY} bytes"
        if any(step in ("", ".", "..") for step in whole.split("/")) or _CONTROL.search(whole):
            return "its key has an empty step, dots alone in one, or a control character"
        return ""

    def put(
        self, key: str, content: bytes | BinaryIO, kind: str, cache: str, coding: str = "identity", tag: str = ""
    ) -> None:
        """Sends one object with its media type, Cache-Control and Content-Encoding, and with the tag by which caches
        know it, if it has one. Raises StaticError."""
        headers = {"Content-Type": kind, "Cache-Control": cache}
        if coding != "identity":
            headers["Content-Encoding"] = coding
        if tag:
            headers[TAG] = tag
        with self._translated():
            whole = isinstance(content, bytes)
            self._api.put(self._store, key, content, attributes=headers, use_multipart=not whole)

    def delete(self, keys: Sequence[str]) -> None:
        """Removes objects, which need not be there. Raises StaticError."""
        with self._translated():
            self._api.delete(self._store, keys)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raises obstore's errors as StaticError, with a remedy."""
        from obstore import exceptions

        try:
            yield
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
            remedy = "let the key of AWS_ACCESS_KEY_ID put and delete objects there, and check its secret and the clock"
            raise StaticError(self.name, _first_line(error), remedy) from error
        except FileNotFoundError as error:
            remedy = "make the bucket, or mend its name, AWS_ENDPOINT_URL or AWS_REGION"
            raise StaticError(self.name, _first_line(error), remedy) from error
        except exceptions.BaseError as error:
            remedy = "check AWS_ENDPOINT_URL, AWS_REGION and the network; what was sent stays"
            raise StaticError(self.name, _first_line(error), remedy) from error


def _first_line(error: Exception) -> str:
    """The text of `error` without what only a programmer reads."""
    return str(error).partition("\n")[0].strip()[:_LONGEST]
