"""The time for which a process waits for a processor: what it does not do then is no fault of it."""

from contextlib import suppress
from pathlib import Path


class ProcessorWait:
    """Measures from its construction on for how long the threads of the process `pid` waited for a processor (proc(5),
    schedstat). Where the system does not tell, they never did."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._before = self._waited()

    def seconds(self) -> float:
        """The seconds of the thread that waited longest."""
        now = self._waited()
        return max((waited - self._before.get(task, 0.0) for task, waited in now.items()), default=0.0)

    def _waited(self) -> dict[str, float]:
        """Seconds of each thread since its start, by its number."""
        found = {}
        with suppress(OSError):
            for task in self._tasks.iterdir():
                with suppress(OSError, ValueError, IndexError):  # the thread has just ended
                    found[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
        return found
