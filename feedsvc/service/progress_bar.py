"""Shows the progress of a command as a bar on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Never

from feedsvc.model.progress import ProgressCallback, no_progress


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """A callback that draws a bar on standard error if that is a terminal, and otherwise does nothing. The bar appears
    at the first call."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from tqdm import tqdm

    with ExitStack() as stack:
        bars: dict[str, tqdm[Never]] = {}

        def tick(what: str, done: int, total: int) -> None:
            if what not in bars:
                stack.close()
                bars.clear()
                bars[what] = stack.enter_context(tqdm(leave=False, unit=f" {what}"))
            bar = bars[what]
            bar.total = total or None
            bar.update(done - bar.n)

        yield tick
