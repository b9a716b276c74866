"""What each level of gzip and brotli saves and costs, on the feeds and pages of a published newsroom.

`.venv/bin/python tests/bench/compression.py STORE` where STORE is a `store.sqlite3`. It prints per cent of the identity
representation, and CPU time of each document; `feedsvc/store/coding.py` says what was chosen by it, and why.
"""

import sqlite3
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import brotli
import deflate

KINDS = {"pages": ("/articles/%", 100), "RSS": ("%/rss.xml", 8), "JSON Feed": ("%/feed.json", 8)}
"""Which documents, and how many of them."""
QUERY = """
    SELECT body FROM bodies JOIN documents ON document = number
    WHERE address = 0 AND status = 200 AND coding = 'gzip' AND path LIKE ? ORDER BY number LIMIT ?
"""
Packer = Callable[[bytes], bytes]


def _libdeflate(body: bytes, level: int) -> bytes:
    return bytes(deflate.gzip_compress(body, level))


def packers() -> Iterator[tuple[str, Packer]]:
    for level in range(1, 10):
        yield f"gzip {level}", partial(zlib.compress, level=level, wbits=31)
    for level in range(1, 13):
        yield f"libdeflate {level}", partial(_libdeflate, level=level)
    for quality in range(12):
        yield f"brotli {quality}", partial(brotli.compress, quality=quality)
    yield "brotli 5, 64 kB window", partial(brotli.compress, quality=5, lgwin=16)


def main() -> None:
    store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    for kind, chosen in KINDS.items():
        documents = [zlib.decompress(body, 31) for (body,) in store.execute(QUERY, chosen)]
        size = sum(map(len, documents))
        print(f"{kind}: {len(documents)} of {size // len(documents):,} bytes")
        for name, pack in packers():
            start = time.process_time()
            packed = sum(len(pack(body)) for body in documents)
            used = (time.process_time() - start) / len(documents)
            print(f"  {name:24} {packed / size:7.2%} {used * 1e3:9.3f} ms")


if __name__ == "__main__":
    main()
