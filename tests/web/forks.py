"""Serves and forks like a server that loads the application first: each child must follow the Edition by itself.

`python forks.py FOLDER COUNT` makes a newsroom in FOLDER and exits with 0 if all the children kept up.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from edition import CANONICAL, NOON, Newsroom, story

from feedsvc.service.settings import store_path
from feedsvc.store.sqlite.database import Store
from feedsvc.web.follower import Follower
from feedsvc.web.view import View

PATIENCE = 10.0


def keeps_up(view: View) -> bool:
    """Whether the second Edition arrives, and its bodies can be read."""
    deadline = time.monotonic() + PATIENCE
    while view.edition.number < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    held = view.edition.tables[0]["/rss.xml"]
    body = view.body(held, held.variants["identity"].etag)
    return view.edition.number == 2 and body is not None and CANONICAL.encode() in body


def main(folder: Path, count: int) -> int:
    newsroom = Newsroom(folder)
    newsroom.publish(NOON)
    store = Store(store_path(newsroom.settings))
    view = View(store, 3, 2**20)
    Follower(view, store).start()
    children = []
    for number in range(count):
        time.sleep(number * 0.0037 % 0.11)  # at every moment of the follower's round
        child = os.fork()
        if not child:
            os._exit(0 if keeps_up(view) else 1)
        children.append(child)
    newsroom.write("news/more.md", story("More"))
    newsroom.publish(NOON + timedelta(hours=1))
    return sum(os.waitpid(child, 0)[1] for child in children) + (not keeps_up(view))


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]), int(sys.argv[2]))))
