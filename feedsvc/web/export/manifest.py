"""What of the folder is ours: the name of each file is noted before it is in the folder, and until after."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Struct

from feedsvc.web.export.disk import Tree

NAME, PENDING = ".feedsvc.json", ".feedsvc.pending.json"


class Entry(NamedTuple):
    """A file as it was written: its ETag, bytes, and whole seconds since 1970."""

    tag: str
    length: int
    modified: int


UNKNOWN = Entry("", 0, 0)


class Manifest(Struct, kw_only=True, omit_defaults=True):
    files: dict[str, Entry] = {}
    gone: dict[str, int] = {}
    """When what is there no more was modified: what comes back under its name has to be later."""


def load(tree: Tree) -> tuple[Manifest, bool]:
    """The manifest, and whether it could be read: a new one knows of no file."""
    try:
        return msgspec.json.decode(_read(tree, NAME) or b"{}", type=Manifest), True
    except msgspec.MsgspecError:
        return Manifest(), False


def load_pending(tree: Tree) -> list[str]:
    """What a run that did not come to its end may have written or removed; nobody knows how far it came."""
    try:
        return msgspec.json.decode(_read(tree, PENDING) or b"[]", type=list[str])
    except msgspec.MsgspecError:
        return []


def announce(tree: Tree, names: Iterable[str]) -> None:
    tree.put(PENDING, [msgspec.json.encode(sorted(names))])
    tree.sync()


def settle(tree: Tree, manifest: Manifest) -> None:
    tree.put(NAME, [msgspec.json.encode(manifest)])
    tree.sync()
    tree.remove(PENDING)


def _read(tree: Tree, name: str) -> bytes:
    if tree.find(name) is None:
        return b""
    with tree.open(name) as file:
        return file.read()
