"""Watches a folder for changes on systems without inotify. The only importer of watchfiles.

watchfiles does not distinguish a file that was put in place complete from one that is being written, so all must rest.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

CHECK_MS = 1000
"""Milliseconds after which an empty set is yielded if nothing changes."""


def changed_paths(root: Path, stop: Event) -> Iterator[frozenset[str]]:
    """Yields sets of paths that changed together, until `stop` is set. The first set is empty and comes as soon as the
    folder is watched; an empty set also comes whenever nothing has changed for CHECK_MS. Raises OSError and
    RuntimeError."""
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
    """A filter that leaves out names that begin with a dot or an underscore (hidden files, and files of editors and
    tools); the library ignores them, too."""

    def visible(_change: Change, path: str) -> bool:
        place = Path(path)
        parts = place.relative_to(root).parts if place.is_relative_to(root) else ()
        return not any(part.startswith((".", "_")) for part in parts)

    return visible
