"""The cost of counting: a poll at the front desk with and without it, taken in turns in one run.

Run it with `.venv/bin/python tests/bench/audience.py`. Each poll is by another of 10,000 readers, whose User-Agent and
address are new objects, as a server makes them. It prints medians of CPU time.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from edition import ADDRESSES, Newsroom, Served, story
from front import PATH, environ, start_response

from feedsvc.web.audience.counter import Counter
from feedsvc.web.front import Front

READERS, ROUNDS = 10_000, 21


def poll(number: int, tag: str) -> dict[str, Any]:
    """The environ of one poll."""
    agent = f"NetNewsWire (RSS Reader; https://netnewswire.com/) {number % 50}"
    request = environ(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag, HTTP_USER_AGENT=agent)
    return request | {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}", "PATH_INFO": "".join(PATH)}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        newsroom = Newsroom(Path(folder))
        newsroom.write("news/eu/one.md", story("One", section="News / EU"))
        newsroom.publish()
        side = Served(newsroom)
        side.view.follow()
        counter = Counter()
        counter.feeds = frozenset({PATH})
        behind = side.app.wsgi_app
        fronts = {
            "without": Front(side.view, ADDRESSES, behind),
            "with": Front(side.view, ADDRESSES, behind, note=counter.note),
        }
        tag = side.client.get(PATH, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
        times: dict[str, list[float]] = {name: [] for name in fronts}
        for _ in range(ROUNDS):
            for name, front in fronts.items():
                polls = [poll(number, tag) for number in range(READERS)]
                begun = time.process_time()
                for each in polls:
                    front(each, start_response)
                times[name].append((time.process_time() - begun) / READERS * 1e6)
                counter.polls.clear()
        side.store.close()
    medians = {name: statistics.median(each) for name, each in times.items()}
    for name, median in medians.items():
        print(f"304 {name:8} counting {median:6.2f} µs")
    print(f"counting adds        {medians['with'] - medians['without']:6.2f} µs")


if __name__ == "__main__":
    main()
