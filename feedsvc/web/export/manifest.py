"""The list of the files in the folder that feedsvc wrote. A file is listed before it exists, and until it is gone."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from msgspec import Struct

from feedsvc.web.export.disk import Tree

NAME, PENDING = ".feedsvc.json", ".feedsvc.pending.json"
OURS = 0o600
"""Their mode: a web server that serves all that it can read must not serve them."""


class Entry(NamedTuple):
    """A file as it was written: its ETag, its bytes, and its time in whole seconds since 1970."""

    tag: str
    length: int
    modified: int


UNKNOWN = Entry("", 0, 0)


class Manifest(Struct, kw_only=True, omit_defaults=True):
    files: dict[str, Entry] = {}
    gone: dict[str, int] = {}
    """The modification times of files that were removed, by the `mark` of their names (a name may be a headline that
    had to go). A file that returns under such a name gets a later time."""

    def forget(self, name: str) -> None:
        """Notes that the file no longer exists."""
        last = self.files.pop(name).modified
        self.gone[mark(name)] = max(last, self.gone.get(mark(name), 0))


def mark(name: str) -> str:
    """A digest that stands for the name of a removed file."""
    return blake2b(name.encode(errors="surrogatepass"), digest_size=8).hexdigest()


_MARK = re.compile("[0-9a-f]{16}")


def load(tree: Tree) -> tuple[Manifest, bool]:
    """The manifest, and True if it could be read; a new one lists no files."""
    try:
        found = msgspec.json.decode(_read(tree, NAME) or b"{}", type=Manifest)
    except msgspec.MsgspecError:
        return Manifest(), False
    # A former version stored the names themselves.
    found.gone = {key if _MARK.fullmatch(key) else mark(key): when for key, when in found.gone.items()}
    return found, True


def load_pending(tree: Tree) -> list[str]:
    """The files that an interrupted run may have written or removed, in unknown state."""
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
