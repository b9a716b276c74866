"""The paths below a folder at which something changes, where there is no inotify. The only importer of watchfiles.

It does not tell a file that came whole from one that is being written, so all have to rest.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

CHECK_MS = 1000
"""Milliseconds after which it yields nothing if nothing changes."""


def changed_paths(root: Path, stop: Event) -> Iterator[frozenset[str]]:
    """The paths that changed together, again and again, until `stop` is set; an empty set first, as soon as the folder
    is watched, and then whenever nothing has changed for a while. Raises OSError and RuntimeError."""
    for changes in watch(
        root,
        watch_filter=_visible(root),
        debounce=200,
        step=25,
        stop_event=stop,
        rust_timeout=CHECK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        yield frozenset(path for _, path in changes)


def _visible(root: Path) -> Callable[[Change, str], bool]:
    """A filter that leaves out hidden files and those of editors and tools; the library ignores them, too."""

    def visible(_change: Change, path: str) -> bool:
        place = Path(path)
        parts = place.relative_to(root).parts if place.is_relative_to(root) else ()
        return not any(part.startswith((".", "_")) for part in parts)

    return visible
