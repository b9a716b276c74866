"""The states of a child process and their transitions, as values, without processes or clocks."""

from enum import Enum, auto
from typing import NamedTuple

from feedsvc.service.heartbeat import BEAT

SILENCE = 5 * BEAT
"""Seconds without a heartbeat after which a child is assumed to hang and is killed."""
STARTUP = 3 * SILENCE
"""Seconds within which the first heartbeat must come: on a busy machine, loading a program takes long."""
GROWTH = 6
"""The number of kills in a row up to which the time that a child has doubles: ten minutes at the end."""
LASTING = 120.0
"""Seconds after its start from which a child that sends heartbeats counts as healthy, and its kills are forgotten."""
FAST, PAUSE = 2.0, 0.5
"""A child that ended within FAST seconds of its start is started again only after PAUSE seconds."""


class State(Enum):
    """The states of a child, each with the meaning of its deadline."""

    IDLE = auto()
    """There is no process; one is started at the deadline."""
    STARTING = auto()
    """The process has not sent a heartbeat yet; it is killed at the deadline."""
    RUNNING = auto()
    """The process sends heartbeats; it is killed if the next one has not come by the deadline."""
    ENDING = auto()
    """The process was asked to end; it is killed at the deadline."""


class ChildState(NamedTuple):
    """A state with its deadline and the start of the process, in seconds of one monotonic clock."""

    state: State = State.IDLE
    deadline: float = 0.0
    started: float = 0.0
    kills: int = 0
    """The number of processes that were killed in a row because they sent no heartbeat. Each one gets twice the time of
    the one before, since otherwise, in a loop of kills, none would ever finish its start."""

    def is_due(self, now: float, waited: float) -> bool:
        """True if the deadline has passed at `now`. `waited` is the number of seconds, since the last heartbeat, for
        which the process waited for a processor; it extends the deadline of a process that is starting or running."""
        return now >= self.deadline + (waited if self.state in (State.STARTING, State.RUNNING) else 0.0)

    def after_start(self, now: float) -> "ChildState":
        """The state of a process that was started at `now`."""
        return ChildState(State.STARTING, now + self._grown(STARTUP), now, self.kills)

    def after_failed_start(self, now: float) -> "ChildState":
        """The state if no process could be started at `now`."""
        return self._replace(state=State.IDLE, deadline=now + PAUSE)

    def after_heartbeat(self, now: float) -> "ChildState":
        """The state after a heartbeat at `now`. It does not extend the deadline of a process that is ending."""
        if self.state is State.ENDING:
            return self
        lasts = now - self.started >= LASTING
        return self._replace(state=State.RUNNING, deadline=now + self._grown(SILENCE), kills=0 if lasts else self.kills)

    def after_suspension(self, now: float) -> "ChildState":
        """The state after the supervisor itself was suspended until `now` and could read no heartbeats."""
        if self.state in (State.STARTING, State.RUNNING):
            return self._replace(deadline=max(self.deadline, now + self._grown(SILENCE)))
        return self

    def after_request_to_end(self, now: float, patience: float) -> "ChildState":
        """The state of a process that was asked at `now` to end within `patience` seconds; IDLE stays unchanged."""
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
        """The state after the process ended at `now`. The next one is due at once, or after PAUSE seconds if this one
        failed within FAST seconds of its start."""
        failed = self.state is not State.ENDING and now - self.started < FAST
        return self._replace(state=State.IDLE, deadline=now + (PAUSE if failed else 0))
