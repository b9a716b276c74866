"""Lists the files of the articles folder that are ignored, since no reader knows their suffix."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from feedsvc.library.scan import Folder, split, walk
from feedsvc.model.media_types import published
from feedsvc.model.status_lists import IgnoredFiles


def ignored_files(root: Path, suffixes: frozenset[str]) -> tuple[IgnoredFiles, ...]:
    """The files below `root` that are neither articles (`suffixes`) nor sidecars nor media, by suffix, most first.

    Empty if the folder cannot be read. Reads names only.
    """
    found: dict[str, IgnoredFiles] = {}
    try:
        for folder in walk(root, suffixes, known=None):
            for path in _ignored(folder, suffixes):
                suffix = split(path)[1] if "." in path.rpartition("/")[2] else ""
                before = found.get(suffix, IgnoredFiles(suffix, 0, path))
                found[suffix] = replace(before, number=before.number + 1)
    except OSError:
        return ()
    return tuple(sorted(found.values(), key=lambda each: (-each.number, each.suffix)))


def _ignored(folder: Folder, suffixes: frozenset[str]) -> Iterator[str]:
    stems = {stem for stem, suffix in map(split, folder.files) if suffix in suffixes}
    for name in folder.files:
        stem, suffix = split(name)
        is_sidecar = suffix == ".toml" and stem in stems
        if not (suffix in suffixes or is_sidecar or published(name)):
            yield folder.prefix + name
