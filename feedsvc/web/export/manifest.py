"""The list of the files of the folder that are ours. A file is listed before it is there, and until it is gone."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec import Struct

from feedsvc.web.export.disk import Tree

NAME, PENDING = ".feedsvc.json", ".feedsvc.pending.json"
OURS = 0o600
"""Their rights: a web server that hands out all that it can read has no business with them."""


class Entry(NamedTuple):
    """A file as it was written: its ETag, its bytes, and its time in whole seconds since 1970."""

    tag: str
    length: int
    modified: int


UNKNOWN = Entry("", 0, 0)


class Manifest(Struct, kw_only=True, omit_defaults=True):
    files: dict[str, Entry] = {}
    gone: dict[str, int] = {}
    """When what is there no more was modified, by the `mark` of its name, which may be a headline that had to go: what
    comes back under it has to be later."""

    def forget(self, name: str) -> None:
        """The file is no more there."""
        last = self.files.pop(name).modified
        self.gone[mark(name)] = max(last, self.gone.get(mark(name), 0))


def mark(name: str) -> str:
    """The text that stands for the name of a file that is gone."""
    return blake2b(name.encode(errors="surrogatepass"), digest_size=8).hexdigest()


_MARK = re.compile("[0-9a-f]{16}")


def load(tree: Tree) -> tuple[Manifest, bool]:
    """The manifest, and True if it could be read; a new one knows of no file."""
    try:
        found = msgspec.json.decode(_read(tree, NAME) or b"{}", type=Manifest)
    except msgspec.MsgspecError:
        return Manifest(), False
    # A former version kept the names themselves.
    found.gone = {key if _MARK.fullmatch(key) else mark(key): when for key, when in found.gone.items()}
    return found, True


def load_pending(tree: Tree) -> list[str]:
    """The files that an interrupted run may have written or removed; nobody knows how far it came."""
    try:
        return msgspec.json.decode(_read(tree, PENDING) or b"[]", type=list[str])
    except msgspec.MsgspecError:
        return []


def announce(tree: Tree, names: Iterable[str]) -> None:
    tree.put(PENDING, [msgspec.json.encode(sorted(names))], None, OURS)
    tree.sync()


def settle(tree: Tree, manifest: Manifest) -> None:
    tree.put(NAME, [msgspec.json.encode(manifest)], None, OURS)
    tree.sync()
    tree.remove(PENDING)


def _read(tree: Tree, name: str) -> bytes:
    if tree.find(name) is None:
        return b""
    with tree.open(name) as file:
        return file.read()
