"""Sends the log to standard error, one line per record, without control characters that a terminal would obey."""

import logging
import os
import sys

from feedsvc.model.printable import printable

VARIABLE = "FEEDSVC_LOG"
"""The environment variable with the form of log lines: `json`, or anything else for text."""


class _Text(logging.Formatter):
    """Formats records as `LEVEL message`, after the local time unless the log goes to a journal, which adds its own."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Sends records of `level` and above to standard error, in the form given by the environment variable VARIABLE."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(os.environ.get(VARIABLE, ""), is_journal="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=level, handlers=[handler])


def formatter(form: str, *, is_journal: bool) -> logging.Formatter:
    """The formatter of lines in `form`. Text lines begin with the time, unless the journal adds it."""
    if form == "json":
        from feedsvc.service.json_log import JsonFormatter

        return JsonFormatter()
    return _Text("%(levelname)s %(message)s" if is_journal else "%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
