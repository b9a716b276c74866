"""Puts the token into the links between the documents of a locked feed, for clients that send the token in the path.

Such a client can send no header, so the next page of the feed must have the token in its address as well.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from feedsvc.store.coding import etag
from feedsvc.web.access import token_in
from feedsvc.web.negotiate import Tags
from feedsvc.web.table import Headers, Held


class Opened(NamedTuple):
    """The token in the path of a request (WSGI form), and the paths of all documents that it opens."""

    token: str
    documents: tuple[str, ...]


def opened_by(locked: Mapping[str, str], document: str, path: str) -> Opened | None:
    """The token in `path`, which opened `document`, and the other documents that it opens; None if there are no others,
    or if the token is not in the path."""
    documents = tuple(each for each, hashed in locked.items() if hashed == locked[document])
    return Opened(token_in(path), documents) if path != document and len(documents) > 1 else None


def with_token(body: bytes, address: str, opened: Opened) -> bytes:
    """`body` with the token added to its links to the opened documents at `address`."""
    token = quote(opened.token.encode("latin-1"), safe="")
    for document in opened.documents:
        folder, _, name = quote(document.encode("latin-1")).rpartition("/")
        link = re.compile(re.escape(f"{address}{folder}/{name}".encode()) + rb"(?=[\"'<\s]|\Z)")
        body = link.sub(f"{address}{folder}/{token}/{name}".encode(), body)
    return body


class Answer(NamedTuple):
    """The answer to one client."""

    status: str
    headers: Headers
    body: bytes


def answer_with(held: Held, body: bytes, if_none_match: str | None) -> Answer:
    """The answer with `body`, which was derived from the document `held`."""
    tag, plain = etag(body), held.variants["identity"]
    if if_none_match is not None and tag in Tags(if_none_match):
        return Answer("304 Not Modified", _with(plain.same, ("ETag", tag)), b"")
    return Answer("200 OK", _with(plain.fresh, ("ETag", tag), ("Content-Length", str(len(body)))), body)


def _with(headers: Headers, *others: tuple[str, str]) -> Headers:
    """`headers`, in which `others` replace those of the same name."""
    names = {name for name, _ in others}
    return [*(each for each in headers if each[0] not in names), *others]
