"""Collects the warnings of a reader about a file, each once."""

from collections.abc import Sequence

from feedsvc.model.problem import Problem


class Warnings:
    """The warnings about the file at `place`, a path below the articles folder."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._said: dict[str, Problem] = {}

    def add(self, reason: str, remedy: str = "correct it there") -> None:
        self._said.setdefault(reason, Problem(place=self._place, reason=reason, remedy=remedy, warning=True))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._said.values())


_FEW = 5
"""Most tags that a warning names."""


def template_code(place: str, removed: Sequence[str]) -> Problem:
    """The warning that unknown tags were `removed` from the file at `place`."""
    more = f" and {len(removed) - _FEW} more" if len(removed) > _FEW else ""
    reason = f"template code that is not known was taken out: {', '.join(removed[:_FEW])}{more}"
    return Problem(place=place, reason=reason, remedy="write what it stands for into the text", warning=True)
