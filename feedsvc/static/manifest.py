"""What of the folder is ours: the name of each file is in the manifest before it is in the folder, and until after."""

from typing import NamedTuple

import msgspec
from msgspec import Struct

from feedsvc.static.disk import Tree

NAME = ".feedsvc.json"


class Entry(NamedTuple):
    """A file as it was written: its ETag, bytes, and whole seconds since 1970."""

    tag: str
    length: int
    modified: int


class Manifest(Struct, kw_only=True, omit_defaults=True):
    files: dict[str, Entry] = {}
    gone: dict[str, int] = {}
    """When what is there no more was modified: what comes back under its name has to be later."""
    pending: tuple[str, ...] = ()
    """What the run under way may write or remove: after a kill, nobody knows how far it came."""


def load(tree: Tree) -> tuple[Manifest, bool]:
    """The manifest, and whether it could be read: a new one knows of no file."""
    if tree.find(NAME) is None:
        return Manifest(), True
    try:
        with tree.open(NAME) as file:
            return msgspec.json.decode(file.read(), type=Manifest), True
    except msgspec.MsgspecError:
        return Manifest(), False


def save(tree: Tree, manifest: Manifest) -> None:
    tree.put(NAME, [msgspec.json.encode(manifest, order="sorted")])
    tree.sync()
