"""Measures the time for which a process waits for a processor, so that it is not blamed for being slow then."""

from contextlib import suppress
from pathlib import Path


class ProcessorWait:
    """Measures, from its construction on, how long the threads of the process `pid` wait for a processor (proc(5),
    schedstat). On systems without schedstat the time is 0."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._before = self._waited()

    def seconds(self) -> float:
        """The seconds for which the thread that waited longest has waited."""
        now = self._waited()
        return max((waited - self._before.get(task, 0.0) for task, waited in now.items()), default=0.0)

    def _waited(self) -> dict[str, float]:
        """The seconds for which each thread has waited since its start, by thread id."""
        found = {}
        with suppress(OSError):
            for task in self._tasks.iterdir():
                with suppress(OSError, ValueError, IndexError):  # the thread has just ended
                    found[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
        return found
