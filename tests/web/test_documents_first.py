"""Documents are answered before the rest of the application is loaded, and the rest is loaded once."""

import ast
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from edition import NOON, SMALL, Newsroom

from feedsvc import web
from feedsvc.web.documents_first import Later

PROGRAM = """
import sys
from pathlib import Path
from feedsvc.config import load
settings = load(Path(sys.argv[1]))
for name in [name for name in sys.modules if name.startswith(("lxml", "feedgen"))]:
    del sys.modules[name]  # to load a configuration in the same process takes the formats
import feedsvc.service.serving_process
from feedsvc.service.app import serving_parts
application, load_rest = serving_parts(settings)
def ask(path):
    told = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "x.example"}
    environ |= {"SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    environ |= {"HTTP_ACCEPT_ENCODING": "gzip, deflate", "wsgi.url_scheme": "http"}
    b"".join(application(environ, lambda status, headers: told.append(status)))
    return told[0]
HEAVY = ("flask", "werkzeug", "jinja2", "prometheus_client", "lxml", "feedgen", "apscheduler", "watchfiles")
print(ask("/rss.xml"), sorted(set(HEAVY) & sys.modules.keys()))
load_rest()
print(ask("/-/health"), sorted(set(HEAVY) & sys.modules.keys()))
print(ask("/-/metrics"), sorted(set(HEAVY) & sys.modules.keys()))
"""


def test_a_feed_is_answered_before_flask_is_loaded_and_no_reader_of_articles_ever_is(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, SMALL)
    newsroom.publish(NOON)
    command = [sys.executable, "-c", PROGRAM, str(newsroom.config)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told == [
        "200 OK []",
        "200 OK ['flask', 'jinja2', 'werkzeug']",
        "200 OK ['flask', 'jinja2', 'prometheus_client', 'werkzeug']",
    ]


def test_what_publishes_loads_nothing_that_only_serving_or_new_media_need() -> None:
    heavy = {
        "flask",
        "werkzeug",
        "granian",
        "prometheus_client",
        "watchfiles",
        "h11",
        "obstore",
        "imagesize",
        "tinytag",
    }
    program = f"import sys, feedsvc.service.publishing_process; print({heavy} & sys.modules.keys())"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"


def test_the_rest_is_made_once_however_many_ask_for_it_first() -> None:
    made = []

    def make() -> Any:
        time.sleep(0.05)
        made.append(1)
        return lambda _environ, _start: [b"rest"]

    later, answers = Later(make), list[Iterable[bytes]]()
    threads = [Thread(target=lambda: answers.append(later({}, lambda *_: None))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later.prepare()
    assert (answers, made) == ([[b"rest"]] * 4, [1])


def test_a_rest_that_could_not_be_made_is_tried_again() -> None:
    attempts = iter([OSError("no more files")])

    def make() -> Any:
        for error in attempts:
            raise error
        return lambda _environ, _start: [b"rest"]

    later = Later(make)
    with pytest.raises(OSError, match="no more files"):
        later.prepare()
    assert later({}, lambda *_: None) == [b"rest"]


def _unguarded(node: ast.AST, *, guarded: bool = False) -> Iterator[int]:
    """The lines of imports within functions that are not made under LOADING."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom) and not guarded:
            yield child.lineno
        held = isinstance(child, ast.With) and any(
            isinstance(item.context_expr, ast.Name) and item.context_expr.id == "LOADING" for item in child.items
        )
        yield from _unguarded(child, guarded=guarded or held)


def test_what_a_request_loads_is_loaded_by_one_thread_at_a_time() -> None:
    found = {
        path.stem
        for path in sorted(Path(web.__file__).parent.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and any(_unguarded(node))
    }
    assert found == {"topics"}  # a view of Flask, which is loaded by then
