"""The destination of the log: standard error, one line a record."""

import logging
import sys


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sends records of `level` and above to standard error, as `LEVEL message`."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
