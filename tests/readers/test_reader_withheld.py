"""What must not be seen is never seen: every shape of front matter is read, or holds the article back by name."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from feedsvc.model.article import ArticleCopy, Person, Status
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import glance, read

TEXT = "The night boat stays in port until the ice is gone."


def copy_of(text: str, path: str = "coast/night-boat.md") -> ArticleCopy:
    return read(Source(path=path, data=text.encode()), ReaderOptions()).copy


DRAFTS = {
    "YAML": "---\ntitle: The night boat\ndraft: true\n---\n",
    "YAML that names itself": "---yaml\ntitle: The night boat\ndraft: true\n---\n",
    "YAML with a space before its name": "--- yml\ntitle: The night boat\ndraft: true\n---\n",
    "YAML with a remark": "--- # of the desk\ntitle: The night boat\ndraft: true\n---\n",
    "TOML": "+++\ntitle = 'The night boat'\ndraft = true\n+++\n",
    "TOML between dashes": "---toml\ntitle = 'The night boat'\ndraft = true\n---\n",
    "JSON": '{\n  "title": "The night boat",\n  "draft": true\n}\n\n',
    "JSON on one line": '{"title": "The night boat", "draft": true}\n',
    "JSON between dashes": '---json\n{"title": "The night boat", "draft": true}\n---\n',
    "JSON between semicolons": ';;;\n{"title": "The night boat", "draft": true}\n;;;\n',
    "header lines": "Title: The night boat\nDate: 2026-01-01 10:20\nStatus: draft\n\n",
    "header lines in capitals": "TITLE: The night boat\nSTATUS: DRAFT\n\n",
    "header lines that end in dashes": "Title: The night boat\nStatus: hidden\n---\n",
    "header lines without a space": "Title:The night boat\nStatus:draft\n\n",
    "header lines with a space too many": "Title : The night boat\nStatus : draft\n\n",
    "header lines of Nikola": "<!--\n.. title: The night boat\n.. slug: night-boat\n.. status: draft\n-->\n\n",
    "header lines of Org": "#+TITLE: The night boat\n#+DRAFT: true\n\n",
    "header lines with colons before": ":title: The night boat\n:status: draft\n\n",
    "header lines in a comment": "<!-- title: The night boat\ndraft: true -->\n\n",
    "below a comment": "<!-- Copyright of the desk -->\n---\ntitle: The night boat\ndraft: true\n---\n",
    "below two comments": "<!-- a -->\n\n<!-- b\nc -->\n+++\ntitle = 'The night boat'\ndraft = true\n+++\n",
    "JSON below a comment": '<!-- a -->\n{"title": "The night boat", "draft": true}\n',
    "below a mark and blanks": "\ufeff\ufeff\n \n---\ntitle: The night boat\ndraft: true\n---\n",
    "not built": "---\ntitle: The night boat\nbuild: {list: never, render: never}\n---\n",
    "not listed": "---\ntitle: The night boat\nbuild:\n  list: local\n---\n",
    "not rendered": "+++\ntitle = 'The night boat'\n[_build]\nrender = false\n+++\n",
    "headless": "---\ntitle: The night boat\nheadless: true\n---\n",
    "published: no": "---\ntitle: The night boat\npublished: No\n---\n",
    "in no collection": "---\ntitle: The night boat\neleventyExcludeFromCollections: true\n---\n",
    "without a place": "---\ntitle: The night boat\npermalink: false\n---\n",
    "hidden": "---\ntitle: The night boat\nhidden: true\n---\n",
    "private": "---\ntitle: The night boat\nprivate: yes\n---\n",
    "of private visibility": "---\ntitle: The night boat\nvisibility: Private\n---\n",
    "Status: skip": "Title: The night boat\nStatus: skip\n\n",
}


@pytest.mark.parametrize("shape", DRAFTS)
def test_a_draft_is_one_in_whatever_shape_it_says_so(shape: str) -> None:
    copy = copy_of(DRAFTS[shape] + TEXT)
    assert (copy.status, copy.title, copy.body.rpartition("-->")[2].strip()) == (Status.DRAFT, "The night boat", TEXT)
    assert glance(Source(path="a.md", data=(DRAFTS[shape] + TEXT).encode()), ReaderOptions()).status is Status.DRAFT


@pytest.mark.parametrize("suffix", ["md", "markdown", "mdown", "mkd", "mkdn", "html", "htm", "txt"])
@pytest.mark.parametrize(
    "shape", ["YAML", "TOML", "JSON", "header lines", "below a comment", "below a mark and blanks"]
)
def test_a_draft_is_one_in_whatever_file_it_is(shape: str, suffix: str) -> None:
    body = f"<p>{TEXT}</p>" if suffix.startswith("htm") else TEXT
    copy = copy_of(DRAFTS[shape] + body, f"coast/night-boat.{suffix}")
    assert (copy.status, copy.title) == (Status.DRAFT, "The night boat")
    assert "draft" not in copy.body
    assert TEXT in copy.body


HELD = {
    "a program": "---js\n{ title: 'The night boat', draft: true }\n---\n",
    "JSON that is none": "{\n  title: 'The night boat',\n  draft: true\n}\n",
    "JSON that is torn": '{"title": "The night boat", "draft": tru\n\n',
    "a fence that is not closed": "---\ntitle: The night boat\ndraft: true\n\n",
    "a fence of too many dashes": "-----\ntitle: The night boat\ndraft: true\n-----\n",
    "a fence of another kind": "~~~\ntitle: The night boat\ndraft: true\n~~~\n",
    "a fence further to the right": "  ---\n  title: The night boat\n  draft: true\n  ---\n",
    "a fence of code": "```yaml\ntitle: The night boat\ndraft: true\n```\n",
    "TOML without a fence": 'title = "The night boat"\ndraft = true\n\n',
    "a fence below the heading": "# The night boat\n\n---\ntitle: The night boat\ndraft: true\n---\n",
    "a fence below a sentence": "For the desk only.\n\n---\nstatus: draft\n---\n",
    "front matter twice": "---\ntitle: The night boat\n---\n---\ndraft: true\n---\n",
    "a header that is torn": "Title: The night boat\n\nStatus: draft\n\n",
    "a header with a line between": "Title: The night boat\nof the north\nStatus: draft\n\n",
    "a list": "- title: The night boat\n- draft: true\n\n",
    "bold": "**Status:** draft\n\n",
    "a date that is no field": "publish_date = 2031-01-01\n\n",
    "an embargo in the text": "Embargo: 2031-01-01 10:00 and then some\n\n",
    "two that differ": "<!-- status: draft -->\n---\nstatus: published\n---\n",
    "a status of no kind": "Title: The night boat\nStatus: perhaps\n\n",
    "a word for building that Hugo does not know": "---\nbuild: {list: sometimes}\n---\n",
    "a key that may hold it back": "---\ntitle: The night boat\nexpiresAfter: 2026-01-01\n---\n",
}


@pytest.mark.parametrize("suffix", ["md", "markdown"])
@pytest.mark.parametrize("shape", HELD)
def test_what_looks_like_metadata_and_cannot_be_read_holds_the_article_back(shape: str, suffix: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        copy_of(HELD[shape] + TEXT, f"a.{suffix}")
    assert refusal.value.remedy
    assert refusal.value.reason


@pytest.mark.parametrize("shape", ["a header that is torn", "a fence below the heading", "front matter twice"])
def test_metadata_that_is_not_read_is_named_by_its_line(shape: str) -> None:
    with pytest.raises(Unreadable, match=r"line [1-9]"):
        copy_of(HELD[shape] + TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "Note: the night boat stays in port.\n\nAll others sail.",
        "Update: ferries sail again\n\nThe status: unclear.",
        "Asked about it, the mayor said: draft a letter.",
        "Q: Does it sail?\nA: Not tonight.",
        'He wrote: "The status is a draft".\n\nNobody answered.',
        "https://boats.example/night\n\nThat is where it stands.",
        "How to write front matter\n\n```yaml\ndraft: true\n```\n\nThat is all.",
        "{: .lead}\nThe night boat stays in port.",
        "{{< notice >}}\nThe night boat stays in port.",
        "{% comment %}\nstatus\n{% endcomment %}\nThe night boat stays in port.",
        "Summary: it stays in port.\n\nAll others sail.",
        "* * *\n\nThe night boat",
        "Tags: boats, ice, and what else the desk writes below its stories",
    ],
)
def test_a_text_that_only_has_a_colon_stays_a_text(text: str) -> None:
    copy = copy_of(text)
    assert copy.status is Status.USABLE
    assert copy.title == "night-boat"
    assert (copy.summary, copy.tags, copy.extra) == ("", (), {})


def test_header_lines_say_what_front_matter_says() -> None:
    copy = copy_of(
        "Title: The night boat: a story\nDate: 2026-01-01 10:20\nModified: 2026-01-02\nCategory: Coast\n"
        "Tags: ice, boats\nSlug: night-boat\nAuthors: Ann Aal, Bo Brigg\nLang: en\n"
        "Summary: It stays in port\n    until the ice is gone.\nBoat: x.png\n\n" + TEXT
    )
    assert (copy.title, copy.slug, copy.language, copy.body) == ("The night boat: a story", "night-boat", "en", TEXT)
    assert copy.published == datetime(2026, 1, 1, 10, 20, tzinfo=UTC)
    assert copy.updated == datetime(2026, 1, 2, tzinfo=UTC)
    assert (copy.sections, copy.tags) == ((("Coast",),), ("ice", "boats"))
    assert copy.authors == (Person(name="Ann Aal"), Person(name="Bo Brigg"))
    assert copy.summary == "It stays in port\nuntil the ice is gone."
    assert copy.extra == {"Boat": "x.png"}


def test_header_lines_may_have_lists_over_several_lines() -> None:
    copy = copy_of("Title: T\nAuthors: Ann Aal\n    Bo Brigg\nTags:\n    ice\n    boats\n\n" + TEXT)
    assert [author.name for author in copy.authors] == ["Ann Aal", "Bo Brigg"]
    assert copy.tags == ("ice", "boats")


def test_the_body_may_follow_header_lines_at_once() -> None:
    assert copy_of(f"Title: T\nDate: 2026-01-01\n{TEXT}").body == TEXT


def test_a_header_that_is_there_twice_holds_the_article_back() -> None:
    with pytest.raises(Unreadable, match=r"line 3: the key 'Title' is there twice"):
        copy_of("Title: T\nDate: 2026-01-01\nTitle: U\n\nx")


def test_json_front_matter_names_the_line_that_is_wrong() -> None:
    with pytest.raises(Unreadable, match="line 3"):
        copy_of('{\n "title": "T",\n "draft": maybe\n}\n\nx')


def pelican_page(status: str) -> str:
    meta = f'<meta name="date" content="2026-01-01 10:20"><meta name="category" content="Coast">{status}'
    return f"<html><head><title>The night boat</title>{meta}</head><body><p>{TEXT}</p></body></html>"


@pytest.mark.parametrize("status", ["draft", "Draft", "hidden", "skip"])
def test_a_page_of_pelicans_says_that_it_is_a_draft(status: str) -> None:
    copy = copy_of(pelican_page(f'<meta name="status" content="{status}">'), "a.html")
    assert copy.status is Status.DRAFT
    assert (copy.published, copy.sections) == (datetime(2026, 1, 1, 10, 20, tzinfo=UTC), (("Coast",),))


@pytest.mark.parametrize("status", ["perhaps", ""])
def test_a_status_of_a_page_that_cannot_be_read_holds_it_back(status: str) -> None:
    with pytest.raises(Unreadable, match="status"):
        copy_of(pelican_page(f'<meta name="status" content="{status}">'), "a.html")


def test_a_page_without_a_status_is_seen_and_an_odd_date_of_it_costs_nothing() -> None:
    assert copy_of(pelican_page(""), "a.html").status is Status.USABLE
    copy = copy_of(pelican_page("").replace("2026-01-01 10:20", "spring"), "a.html")
    assert (copy.status, copy.published) == (Status.USABLE, None)


NEW_YEAR = datetime(2031, 1, 1, tzinfo=UTC)
RELEASES = ["publishDate", "pubdate", "pubDate", "publish_date", "published_at", "publish-on", "published", "date"]
EXPIRIES = ["expiryDate", "unpublishdate", "unpublishDate", "expires", "expiry_date", "expire_date", "expiration-date"]
UPDATES = ["lastmod", "modified", "updated", "last_modified_at", "last-modified", "updatedDate", "dateModified"]


@pytest.mark.parametrize("key", RELEASES)
def test_every_key_of_release_is_one(key: str) -> None:
    for text in (
        f"---\n{key}: 2031-01-01\n---\nx",
        f"+++\n{key} = 2031-01-01\n+++\nx",
        f"Title: T\n{key}: 2031-01-01\n",
    ):
        assert copy_of(text).published == NEW_YEAR
        assert glance(Source(path="a.md", data=text.encode()), ReaderOptions()).published == NEW_YEAR


@pytest.mark.parametrize("key", EXPIRIES)
def test_every_key_of_expiry_is_one(key: str) -> None:
    copy = copy_of(f"---\n{key}: 2031-01-01\n---\nx")
    assert (copy.expires, copy.extra) == (NEW_YEAR, {})


@pytest.mark.parametrize("key", UPDATES)
def test_every_key_of_change_is_one(key: str) -> None:
    copy = copy_of(f"---\ndate: 2026-01-01\n{key}: 2031-01-01\n---\nx")
    assert (copy.updated, copy.extra) == (NEW_YEAR, {})


def test_the_date_of_release_counts_before_that_of_writing() -> None:
    for key in RELEASES[:-1]:
        assert copy_of(f"---\ndate: 2026-01-01\n{key}: 2031-01-01\n---\nx").published == NEW_YEAR


@pytest.mark.parametrize("key", [*RELEASES, *EXPIRIES])
def test_a_release_that_cannot_be_read_holds_the_article_back(key: str) -> None:
    with pytest.raises(Unreadable, match=key):
        copy_of(f"---\n{key}: in the spring\n---\nx")


@pytest.mark.parametrize(
    "line",
    [
        "build: {list: always}",
        "build: 2041",
        "_build: {publishResources: false}",
        "headless: false",
        "hidden: false",
        "hidden: for the desk",
        "private: 7",
        "eleventyExcludeFromCollections: no",
        "published: yes",
    ],
)
def test_what_says_that_it_is_to_be_seen_is_seen(line: str) -> None:
    assert copy_of(f"---\ntitle: T\n{line}\n---\nx").status is Status.USABLE


def test_a_key_in_two_spellings_is_one_key_twice() -> None:
    with pytest.raises(Unreadable, match="one key twice"):
        copy_of("---\npublish_date: 2026-01-01\npublishDate: 2031-01-01\n---\nx")


def test_metadata_of_all_shapes_is_looked_for_in_little_time() -> None:
    texts = (
        "<!-- a -->\n" * 80_000,
        "a: b\n" * 200_000,
        "title: b\n" + "    x\n" * 160_000,
        "{\n" * 400_000,
        '{"a":' * 100_000,
        "draft " * 160_000,
        "status: \n" * 100_000,
        ".. title: " * 90_000,
        "a " * 400_000 + ":",
    )
    start = time.process_time()
    for text in texts:
        with suppress(Unreadable):
            copy_of(text)
    assert time.process_time() - start < 5
