"""Describes an exception in one line, for people who can fix its cause."""

import traceback
from itertools import islice
from pathlib import Path

_PROGRAM = str(Path(__file__).parents[1])
_LONGEST = 300
"""Characters of the text of an exception that are shown."""
_CAUSES = 20
"""Exceptions in a chain that are followed."""


def describe_exception(error: BaseException, source: str = "") -> str:
    """The type and the text of `error`, or of its first cause, and the file and line where it was raised.

    The place is the innermost call in the file `source`, or the innermost of all if there is none in it.
    """
    for _ in range(_CAUSES):
        error = error.__cause__ or error
    text, place = _text(error), _place(error, source)
    return f"{type(error).__name__}{': ' if text else ''}{text}{f' ({place})' if place else ''}"


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_LONGEST]
    except BaseException:  # noqa: BLE001 - it is the exception's own code
        return "an exception that has no text"


def _place(error: BaseException, source: str) -> str:
    """The file and the line; empty if `source` is given, is not among the calls, and the innermost call is in this
    program, as when it rejects its input."""
    frames = [(frame.f_code.co_filename, line) for frame, line in islice(traceback.walk_tb(error.__traceback__), 2_000)]
    inner = [frame for frame in frames if frame[0] == source]
    inner = inner or [frame for frame in frames[-1:] if not (source and frame[0].startswith(_PROGRAM))]
    return f"{Path(inner[-1][0]).name}, line {inner[-1][1]}" if inner else ""
