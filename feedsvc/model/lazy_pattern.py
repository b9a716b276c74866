"""Regular expressions that are compiled when they are first used.

To compile one with many alternatives, regardless of case, takes several milliseconds. A process that never meets a text
to which it applies starts faster without it.
"""

import re
from functools import cached_property
from typing import cast


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """An object with the methods of `re.compile(pattern, flags)`. The functions of `re` do not accept it."""
    return cast("re.Pattern[str]", LazyPattern(pattern, flags))


class LazyPattern:
    """A pattern that `lazy_pattern` made."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._given = (pattern, flags)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        return re.compile(*self._given)

    def __getattr__(self, name: str) -> object:
        found: object = getattr(self.compiled, name)
        setattr(self, name, found)  # later calls find it there
        return found
