"""The progress of a command, as a bar on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from feedsvc.model.progress import ProgressCallback


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """A callback that draws a bar on standard error if that is a terminal, and nothing if it is not."""
    current = ""
    with tqdm(disable=None, leave=False) as bar:

        def tick(what: str, done: int, total: int) -> None:
            nonlocal current
            if what != current:
                current = what
                bar.unit = f" {what}"
                bar.reset()
            bar.total = total or None
            bar.update(done - bar.n)

        yield tick
