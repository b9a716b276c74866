"""Whatever a file says, its copy is clean: nothing behind the readers cleans it again."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.cleaning import cleaned
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import read

OPTIONS = ReaderOptions()
ODD = " A\u00a0 \u200b\ufffeword\u0085 \ufeff"
FIELDS = {
    "title": ODD,
    "summary": f"{ODD}\n{ODD}",
    "slug": ODD,
    "id": ODD,
    "language": ODD,
    "caption": ODD,
    "credit": ODD,
    "correction": ODD,
    "section": f"{ODD} / {ODD}",
    "tags": [ODD, ODD, "\u200b"],
    "authors": [ODD, {"name": ODD, "email": ODD, "url": "https://a.example/\u200b"}],
    "media": [{"url": "a\u200b.png", "type": f" image/png{ODD}", "title": ODD, "description": ODD, "credit": ODD}],
    "url": "https://a.example/\u200b",
    "published": "2026-11-19T08:00:00+02:00",
    "extra": {ODD: [ODD]},
}
NEWS = {
    "@type": "NewsArticle",
    "headline": ODD,
    "description": ODD,
    "articleBody": ODD,
    "keywords": [ODD],
    "author": {"name": ODD},
    "articleSection": ODD,
    "image": {"url": "https://a.example/\u200b", "caption": ODD},
}
NINJS = {"uri": ODD, "headline": ODD, "body_text": ODD, "byline": ODD, "description_text": ODD, "type": "text"}
PAGE = f"""<html lang="{ODD}"><head><title>{ODD}</title><meta name="author" content="{ODD}">
<script type="application/ld+json">{json.dumps(NEWS)}</script></head>
<body><article><h1>{ODD}</h1><p>{ODD * 20}</p></article></body></html>"""
FILES = {
    "a.md": f"---\n{json.dumps(FIELDS)}\n---\n{ODD}",
    "heading.md": f"# {ODD} &#x200b; heading\n\nText",
    "\u200b \ufffe.md": "Text without a title",
    "a.txt": f"News / {ODD}\n\n{ODD}\n\n{ODD} (Photo by {ODD})\n\n{ODD}",
    "news.json": json.dumps(NEWS),
    "ninjs.json": json.dumps(NINJS),
    "a.html": PAGE,
}
SIDECAR = f'title = "{ODD}"\ntags = ["{ODD}"]\n'.encode()


def is_clean(source: Source) -> bool:
    copy = read(source, OPTIONS).copy
    return cleaned(copy) == copy


@pytest.mark.parametrize("sidecar", [None, SIDECAR], ids=["alone", "with a sidecar"])
@pytest.mark.parametrize("path", FILES)
def test_every_reader_gives_clean_copies(path: str, sidecar: bytes | None) -> None:
    assert is_clean(Source(path=f"news/{path}", data=FILES[path].encode(), sidecar=sidecar, picture="news/\u200b.png"))


@given(st.sampled_from(["title", "summary", "caption", "credit", "tags", "section", "author"]), st.text(min_size=1))
def test_no_value_of_front_matter_makes_a_copy_that_is_not_clean(name: str, value: str) -> None:
    with suppress(Unreadable):
        assert is_clean(Source(path="a.md", data=f"---\n{json.dumps({name: value})}\n---\nText".encode()))
