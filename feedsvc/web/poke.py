"""The endpoint by which a CMS or a sync job says "look now", for articles folders that cannot be watched."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from flask import Response, request

from feedsvc.model.base import Value
from feedsvc.model.text import one_line
from feedsvc.web.private_answers import plain, private, refusal
from feedsvc.web.trust import is_operator

LONGEST = 65_536
"""Maximum bytes of the list of paths. To look at more, send no paths: everything is looked at then."""
Poke = Callable[[frozenset[str]], str]
"""Asks the publisher to look at paths below the articles folder; at everything if there are none. Returns the trouble
that delays it; empty if there is none."""
_SHOWN = 200
"""Maximum characters of a path that an answer quotes."""
_REMEDY = "or send no body, and everything is looked at"
_FIELD = "path="


class Refused(Exception):
    """The paths are not valid; the message has the reason and the remedy."""


class Asked(Value, frozen=True, kw_only=True):
    """The answer: the paths that will be looked at."""

    look: str | list[str]
    """The paths, or "everything"."""
    delayed: str = ""
    """The trouble that delays the look; empty if there is none. The request is handed on once that is over."""


def poke_at(poke: Poke, trust: tuple[str, ...]) -> Callable[[], Response]:
    """The view function of the endpoint, which takes only POST, and only from operators by `trust`."""

    def answer() -> Response:
        if not is_operator(trust, request.environ):
            return refusal(trust)
        if _is_sent_by_page(request.environ):
            return plain("A web page sent this: it takes requests of programs alone, such as curl.\n", 403)
        body = b"" if (request.content_length or 0) > LONGEST else request.stream.read(LONGEST + 1)
        if max(request.content_length or 0, len(body)) > LONGEST:
            return plain(f"The list of paths has more than {LONGEST} bytes: name fewer, {_REMEDY}.\n", 413)
        try:
            paths = read_paths(request.environ.get("CONTENT_TYPE", ""), body)
        except Refused as reason:
            return plain(f"{reason}, {_REMEDY}.\n", 400)
        told = Asked(look=sorted(paths) or "everything", delayed=poke(paths))
        return private(Response(msgspec.json.encode(told), 202, content_type="application/json"))

    return answer


def _is_sent_by_page(environ: Mapping[str, Any]) -> bool:
    """True if a browser sent the request for a web page: any page could do so with an operator's token."""
    return "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE", "none") != "none"


def read_paths(content_type: str, body: bytes) -> frozenset[str]:
    """The paths in `body`: a JSON list, fields `path` of a form, or lines (or parts that end in NUL); empty for the
    whole folder. Raises Refused."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused("The list of paths is not UTF-8: send it so") from None
    given = _in_json(body) if kind == "application/json" and body else _in_form(text) or _lines(text)
    paths = frozenset(_checked(path) for path in given if path)
    return frozenset() if "" in paths else paths


def _in_json(body: bytes) -> list[str]:
    try:
        return msgspec.json.decode(body, type=list[str])
    except msgspec.MsgspecError as error:
        raise Refused(f"The list of paths is no JSON list of texts ({error}): send one") from None


def _in_form(text: str) -> list[str]:
    """The fields of a form; empty for any other text. The type is no guide: curl sends any body as a form."""
    if not all(part.startswith(_FIELD) for part in text.strip().split("&")):
        return []
    try:
        return [value for _, value in parse_qsl(text.strip(), keep_blank_values=True, errors="strict")]
    except ValueError:
        raise Refused("The form is not percent-encoded UTF-8: send it so") from None


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.replace("\0", "\n").split("\n")]


def _checked(path: str) -> str:
    """`path` in its shortest form; empty for the folder itself. Raises Refused if it is not below the folder."""
    shown = one_line(path)[:_SHOWN]
    if path.startswith("/"):
        raise Refused(f"{shown}: is absolute; name it from the articles folder on, as in news/eu/fish.md")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refused(f"{shown}: leads upwards; name it from the articles folder on, as in news/eu/fish.md")
    if "\\" in path:
        raise Refused(f"{shown}: has a backslash; write / between folders, as in news/eu/fish.md")
    if "\0" in path:
        raise Refused(f"{shown}: has a NUL, as no file has; name one path at a time")
    return "/".join(parts)
