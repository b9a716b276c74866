"""What a reader noticed of a file that costs nothing, each thing once."""

from feedsvc.model.problem import Problem


class Warnings:
    """Of the file at `place`, a path below the articles."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._said: dict[str, Problem] = {}

    def add(self, reason: str, remedy: str = "correct it there") -> None:
        self._said.setdefault(reason, Problem(place=self._place, reason=reason, remedy=remedy, warning=True))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._said.values())
