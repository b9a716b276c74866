"""The destination of the log: standard error, one line a record, with nothing in it that a terminal would obey."""

import logging
import sys

from feedsvc.model.text import printable


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sends records of `level` and above to standard error, as `LEVEL message`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
