"""What the front desk costs: a 304 and a 200, beside a look-up in a dictionary and beside a Flask view.

Run it with `.venv/bin/python tests/bench/front.py`. It prints medians of CPU time and their ratio to the yardstick, the
same Flask view that has nothing to do but to hand out bytes; taken in turns in one run, so that a noisy machine
disturbs all alike.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from edition import Newsroom, Served, story

PATH = "/news/eu/rss.xml"
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def environ(**more: str) -> Environ:
    """What a server makes of a poll by a feed reader."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "news.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "news.example",
        "HTTP_USER_AGENT": "Reader/1.0",
        "HTTP_ACCEPT": "application/rss+xml, */*;q=0.5",
        "wsgi.url_scheme": "https",
        "wsgi.input": None,
        "wsgi.errors": sys.stderr,
        **more,
    }


def plain_view(body: bytes) -> Application:
    """A Flask view that only hands out bytes, with as many headers."""
    app = Flask("yardstick")
    headers = {name: name for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "Last-Modified")}

    @app.get("/<path:path>")
    def hand_out(path: str) -> Response:
        return Response(body, headers=headers, content_type="application/rss+xml")

    return app.wsgi_app


def microseconds(work: Callable[[], object], calls: int) -> float:
    """CPU time of one of so many calls."""
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls * 1e6


def start_response(status: str, headers: list[tuple[str, str]]) -> None:
    """The least that a server can do."""


def poll(application: Application, request: Environ) -> Callable[[], object]:
    return lambda: b"".join(application(request, start_response))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--calls", type=int, default=2000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        newsroom = Newsroom(Path(folder))
        for number in range(50):
            newsroom.write(f"news/eu/{number}.md", story(f"Story {number}", section="News / EU"))
        newsroom.publish()
        side = Served(newsroom)
        side.view.follow()
        front: Application = side.app.wsgi_app
        gzip = environ(HTTP_ACCEPT_ENCODING="gzip, deflate")
        answer = side.client.get(PATH, headers={"Accept-Encoding": "gzip"})
        tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
        table: dict[str, bytes] = {f"/section/{number}/rss.xml": b"" for number in range(1000)} | {PATH: answer.data}
        steps: dict[str, Callable[[], object]] = {
            "a Flask view (the yardstick)": poll(plain_view(answer.data), gzip),
            "a look-up in a dictionary": lambda: table[PATH],
            "304, the ETag": poll(front, gzip | {"HTTP_IF_NONE_MATCH": tag, "HTTP_IF_MODIFIED_SINCE": date}),
            "304, the ETag of a proxy": poll(front, gzip | {"HTTP_IF_NONE_MATCH": f'W/{tag[:-1]}-gzip"'}),
            "304, the date": poll(front, gzip | {"HTTP_IF_MODIFIED_SINCE": date}),
            "200 gzip": poll(front, gzip),
            "200 gzip, Host with a port": poll(front, gzip | {"HTTP_HOST": "NEWS.example:443"}),
            "200 identity": poll(front, environ()),
            "404": poll(front, environ(PATH_INFO="/nowhere")),
        }
        times: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(given.rounds):
            for name, work in steps.items():
                times[name].append(microseconds(work, given.calls))
        side.store.close()
    medians = {name: statistics.median(each) for name, each in times.items()}
    yardstick = next(iter(medians.values()))
    print(f"{len(answer.data):,} bytes of gzip; medians of {given.rounds} rounds of {given.calls} calls, CPU")
    for name, median in medians.items():
        print(f"{name:32} {median:8.2f} µs  {median / yardstick:7.4f}")


if __name__ == "__main__":
    main()
