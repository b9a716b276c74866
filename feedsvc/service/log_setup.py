"""The destination of the log: standard error, one line a record, with nothing in it that a terminal would obey."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

from feedsvc.model.text import printable

VARIABLE = "FEEDSVC_LOG"
"""The environment variable that says the form of lines: `json`, or anything else for text."""


class _Text(logging.Formatter):
    """`LEVEL message`, with the local time in front where the log is not a journal, which has its own."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


class _Json(logging.Formatter):
    """A JSON object: time (UTC), level, logger, message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sends records of `level` and above to standard error, in the form that VARIABLE says."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(os.environ.get(VARIABLE, ""), is_journal="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=level, handlers=[handler])


def formatter(form: str, *, is_journal: bool) -> logging.Formatter:
    """The formatter of lines in `form`; text has the time in front, unless the journal adds it."""
    if form == "json":
        return _Json()
    return _Text("%(levelname)s %(message)s" if is_journal else "%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
