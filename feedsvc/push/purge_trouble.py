"""Describes why a cache is not purged, with a remedy."""

from feedsvc.model.problem import Problem
from feedsvc.model.text import one_line
from feedsvc.push.outcome import Result
from feedsvc.push.purge_plan import Cache

_SHOWN = 160
"""Maximum characters of an answer that are shown."""
_UNTIL = "until then readers may see what is gone"


def lacking(cache: Cache) -> Problem:
    """The problem of a cache whose secrets are not in the environment."""
    verb = "is" if len(cache.missing) == 1 else "are"
    reason = f"{' and '.join(cache.missing)} {verb} not in the environment"
    return _problem(cache, reason, f"set it for the service, and restart that; {_UNTIL}")


def failed(cache: Cache, result: Result) -> Problem:
    """The problem of a cache that does not carry out a request."""
    said = one_line(result.body.decode(errors="replace"))[:_SHOWN]
    answer = f"the answer is {result.status}" + (f": {said}" if said else "")
    return _problem(cache, answer if result.status else result.error, _remedy(cache, result))


def _remedy(cache: Cache, result: Result) -> str:
    if result.is_forbidden:
        return "correct its url, or allow its network by `allow` in [push]"
    if result.status in (401, 403):
        names = " and ".join((*cache.service.secrets, *cache.service.options))
        return f"check {names} and the right to purge; it is tried again by itself, {_UNTIL}"
    if result.status in (404, 405):
        return f"check id and url in [[purge]]; it is tried again by itself, {_UNTIL}"
    return f"it is tried again by itself, {_UNTIL}"


def _problem(cache: Cache, reason: str, remedy: str) -> Problem:
    return Problem(place=cache.name, reason=f"it is not purged: {reason}", remedy=remedy)
