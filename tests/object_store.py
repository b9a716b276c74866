"""A small store of the kind of S3 on a free port of this machine. It takes only requests that are rightly signed (AWS
Signature Version 4), and logs what was asked of it."""

import hmac
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

BUCKET, ACCESS, SECRET_KEY, REGION = "mere-news", "k", "s", "us-east-1"
_KEPT = ("content-type", "content-encoding", "cache-control", "x-amz-meta-cache-tag")


class Found(NamedTuple):
    """An object: `modified` is its time in whole seconds since 1970."""

    body: bytes
    headers: dict[str, str]
    modified: int = 1_790_000_000

    @property
    def etag(self) -> str:
        return f'"{md5(self.body).hexdigest()}"'


class ObjectStore:
    """The objects of one bucket. `log` has the method and the decoded path of every request; those that come when it
    has `fails_from` entries are answered with 403."""

    def __init__(self) -> None:
        self.objects: dict[str, Found] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        """The parts of unfinished objects, by upload."""
        self.log: list[tuple[str, str]] = []
        self.fails_from = 10**9
        self.page = 1_000
        """Objects in one answer to a listing."""
        self.forbidden = self.missing = ""
        """Keys that are listed, and then answered with 403 and 404."""
        self.replaced: tuple[str, bytes] | None = None
        """An object that is replaced once it was asked for."""
        self.victim, self.kills_at = 0, 0
        """A process that is killed when the log has `kills_at` entries."""
        self.lock = Lock()

    def get(self, key: str) -> Found:
        """The object with the headers that it was sent with."""
        return self.objects[key]

    def put(self, key: str, body: bytes = b"theirs", modified: int = 1_790_000_000) -> None:
        """An object of somebody else."""
        self.objects[key] = Found(body, {}, modified)

    def all_keys(self) -> set[str]:
        return {*self.objects}

    def sent(self) -> list[str]:
        """The keys that were put, in order."""
        return [path.removeprefix(f"/{BUCKET}/") for method, path in self.log if method == "PUT"]

    def admits(self, method: str, path: str) -> bool:
        """Logs a request; False if it is to fail."""
        with self.lock:
            self.log.append((method, path))
            if self.victim and len(self.log) == self.kills_at:
                os.kill(self.victim, signal.SIGKILL)
            return len(self.log) <= self.fails_from


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: ObjectStore

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _answer(self, code: int, body: str | bytes = "", **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(code)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        bucket, _, key = path.removeprefix("/").partition("/")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not self.store.admits(self.command, path) or not is_signed(
            self.command, self.path, dict(self.headers.items()), body
        ):
            self._answer(403, "<Error><Code>AccessDenied</Code></Error>")
        elif bucket != BUCKET:
            self._answer(404, "<Error><Code>NoSuchBucket</Code></Error>")
        elif self.command == "PUT":
            self._put(key, body, query)
        elif self.command == "GET" and not key:
            self._list(query)
        elif self.command == "GET":
            self._get(key)
        else:
            self._post(key, body, query)

    do_GET = do_PUT = do_POST = _handle  # noqa: N815 - as the library asks for them

    def _list(self, query: dict[str, str]) -> None:
        """Answers with a page of ListObjectsV2."""
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        found = sorted(
            (key, each) for key, each in self.store.objects.items() if key.startswith(prefix) and key > after
        )
        page = found[: self.store.page]
        told = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(each.body)}</Size><ETag>{escape(each.etag)}</ETag>"
            f"<LastModified>{datetime.fromtimestamp(each.modified, UTC):%FT%T}.000Z</LastModified></Contents>"
            for key, each in page
        )
        more = f"<NextContinuationToken>{escape(page[-1][0])}</NextContinuationToken>" if page != found else ""
        self._answer(200, f"<ListBucketResult>{told}{more}</ListBucketResult>")

    def _get(self, key: str) -> None:
        found = self.store.objects.get(key)
        if found is None or key == self.store.missing:
            self._answer(404, "<Error><Code>NoSuchKey</Code></Error>")
        elif key == self.store.forbidden:
            self._answer(403, "<Error><Code>InvalidObjectState</Code></Error>")
        elif self.headers.get("If-Match", found.etag) != found.etag:
            self._answer(412)
        else:
            told = {"ETag": found.etag, "Last-Modified": formatdate(found.modified, usegmt=True)}
            first, _, last = (self.headers.get("Range") or "").removeprefix("bytes=").partition("-")
            if last:
                told["Content-Range"] = f"bytes {first}-{last}/{len(found.body)}"
            body = found.body[int(first) : int(last) + 1] if last else found.body
            if self.store.replaced is not None:
                (replaced, fresh), self.store.replaced = self.store.replaced, None
                self.store.put(replaced, fresh)
            self._answer(206 if last else 200, body, **told)

    def _put(self, key: str, body: bytes, query: dict[str, str]) -> None:
        if "uploadId" in query:
            self.store.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self._keep(key, body)
        self._answer(200, ETag=f'"{md5(body).hexdigest()}"')

    def _keep(self, key: str, body: bytes) -> None:
        headers = {name: value for name in _KEPT if (value := self.headers.get(name))}
        self.store.objects[key] = Found(body, headers)

    def _post(self, key: str, body: bytes, query: dict[str, str]) -> None:
        if "delete" in query:  # DeleteObjects
            names = [
                element.text or "" for element in ElementTree.fromstring(body).iter() if element.tag.endswith("Key")
            ]
            for name in names:
                self.store.objects.pop(name, None)
            told = "".join(f"<Deleted><Key>{escape(name)}</Key></Deleted>" for name in names)
            self._answer(200, f"<DeleteResult>{told}</DeleteResult>")
        elif "uploads" in query:  # CreateMultipartUpload
            upload = f"upload-{len(self.store.parts)}"
            self.store.parts[upload] = {}
            self._keep(f"unfinished {upload}", b"")
            self._answer(
                200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            )
        else:  # CompleteMultipartUpload
            headers = self.store.objects.pop(f"unfinished {query['uploadId']}").headers
            whole = b"".join(part for _, part in sorted(self.store.parts[query["uploadId"]].items()))
            self.store.objects[key] = Found(whole, headers)
            result = f'<ETag>"{md5(whole).hexdigest()}"</ETag>'
            self._answer(200, f"<CompleteMultipartUploadResult>{result}</CompleteMultipartUploadResult>")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of clients that were killed."""


def is_signed(method: str, target: str, given: dict[str, str], body: bytes, service: str = "s3") -> bool:
    """True if the signature is that of the request, and the hash that of its body (AWS, "Create a signed request")."""
    sent = {name.lower(): value for name, value in given.items()}
    pattern = r"AWS4-HMAC-SHA256 Credential=(\S+?), ?SignedHeaders=(\S+?), ?Signature=(\w+)"
    match = re.fullmatch(pattern, sent.get("authorization", ""))
    told = sent.get("x-amz-content-sha256", "" if service == "s3" else sha256(body).hexdigest())
    if match is None or told not in ("UNSIGNED-PAYLOAD", sha256(body).hexdigest()):
        return False
    (access, *scope), names, signature = match[1].split("/"), match[2], match[3]
    url = urlsplit(target)
    query = sorted((quote(name, "-_.~"), quote(value, "-_.~")) for name, value in parse_qsl(url.query, True))
    headers = "".join(f"{name}:{' '.join(sent.get(name, '').split())}\n" for name in names.split(";"))
    path = quote(unquote(url.path), "/-_.~")
    canonical = "\n".join((method, path, "&".join(map("=".join, query)), headers, names, told))
    digest = sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{sent['x-amz-date']}\n{'/'.join(scope)}\n{digest}"
    key = f"AWS4{SECRET_KEY}".encode()
    for step in (*scope, text):
        key = hmac.digest(key, step.encode(), "sha256")
    return access == ACCESS and scope[1:] == [REGION, service, "aws4_request"] and key.hex() == signature


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """A running store with an empty bucket, which the environment names."""
    store = ObjectStore()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        names = {"ENDPOINT_URL": url, "REGION": REGION, "ACCESS_KEY_ID": ACCESS, "SECRET_ACCESS_KEY": SECRET_KEY}
        for name, value in names.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
