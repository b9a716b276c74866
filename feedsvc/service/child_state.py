"""The states of a child process, and what each event makes of them: values, without processes or clocks."""

from enum import Enum, auto
from typing import NamedTuple

from feedsvc.service.heartbeat import BEAT

SILENCE = 5 * BEAT
"""Seconds without a heartbeat after which a child is assumed to hang and is killed."""
STARTUP = 3 * SILENCE
"""Seconds until the first heartbeat must come: on a busy machine a program takes long to load."""
GROWTH = 6
"""Kills in a row after which the time that a child is given does not double any more: it is ten minutes then."""
LASTING = 120.0
"""Seconds since its start after which a child that sends heartbeats counts as one that needs no more time."""
FAST, PAUSE = 2.0, 0.5
"""A child that ended within FAST seconds of its start is started again only after PAUSE seconds."""


class State(Enum):
    """The states of a child, each with the meaning of its deadline."""

    IDLE = auto()
    """There is no process; at the deadline one is started."""
    STARTING = auto()
    """The process has not sent a heartbeat yet; at the deadline it is killed."""
    RUNNING = auto()
    """The process sends heartbeats; it is killed if the next one has not come by the deadline."""
    ENDING = auto()
    """The process was asked to end; at the deadline it is killed."""


class ChildState(NamedTuple):
    """A state with its deadline and the start of the process, in seconds of one monotonic clock."""

    state: State = State.IDLE
    deadline: float = 0.0
    started: float = 0.0
    kills: int = 0
    """The number of processes that were killed in a row for their silence: each is given twice the time of the one
    before, for a loop of kills would never let any finish."""

    def is_due(self, now: float, waited: float) -> bool:
        """True if the deadline has passed at `now`. `waited` are the seconds since the last sign of life for which the
        process waited for a processor: they are added, unless it is ending."""
        return now >= self.deadline + (waited if self.state in (State.STARTING, State.RUNNING) else 0.0)

    def after_start(self, now: float) -> "ChildState":
        """The state of a process that was started at `now`."""
        return ChildState(State.STARTING, now + self._grown(STARTUP), now, self.kills)

    def after_failed_start(self, now: float) -> "ChildState":
        """The state if no process could be started at `now`."""
        return self._replace(state=State.IDLE, deadline=now + PAUSE)

    def after_heartbeat(self, now: float) -> "ChildState":
        """The state after a sign of life at `now`; a process that is ending gains no time by it."""
        if self.state is State.ENDING:
            return self
        lasts = now - self.started >= LASTING
        return self._replace(state=State.RUNNING, deadline=now + self._grown(SILENCE), kills=0 if lasts else self.kills)

    def after_suspension(self, now: float) -> "ChildState":
        """The state if the supervisor itself was suspended until `now`, and read no heartbeats meanwhile."""
        if self.state in (State.STARTING, State.RUNNING):
            return self._replace(deadline=max(self.deadline, now + self._grown(SILENCE)))
        return self

    def after_request_to_end(self, now: float, patience: float) -> "ChildState":
        """The state of a process that was asked at `now` to end within `patience` seconds; IDLE stays as it is."""
        if self.state is State.IDLE:
            return self
        return self._replace(state=State.ENDING, deadline=now + patience)

    def after_kill(self, now: float) -> "ChildState":
        """The state of a process that was killed at `now`, until the kernel reports its end."""
        silent = self.state in (State.STARTING, State.RUNNING)
        return self._replace(deadline=now + SILENCE, kills=self.kills + silent)

    def _grown(self, seconds: float) -> float:
        """`seconds`, doubled for each kill."""
        return seconds * float(2 ** min(self.kills, GROWTH))

    def after_exit(self, now: float) -> "ChildState":
        """The state after the process ended at `now`: the next is due at once, or after a pause if this one failed
        right after its start."""
        failed = self.state is not State.ENDING and now - self.started < FAST
        return self._replace(state=State.IDLE, deadline=now + (PAUSE if failed else 0))
