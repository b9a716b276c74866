"""Reads Markdown with front matter, as Hugo, Jekyll, Pelican and Eleventy keep it."""

import pyromark
from msgspec.structs import replace
from pyromark.event import Event

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import Notes, Reader, ReaderOptions, Reading, Removal, Source, Unreadable
from feedsvc.model.text import one_line
from feedsvc.readers._decoding import decode_prose
from feedsvc.readers._warnings import template_code
from feedsvc.readers.html.templates import resolve
from feedsvc.readers.lines.headlines import without_headline
from feedsvc.readers.metadata.fields import complete, origins, placing
from feedsvc.readers.metadata.file_names import title
from feedsvc.readers.metadata.front_matter import split

_FAR = 100_000
"""Characters at the top in which a heading is looked for."""


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a Markdown file. Without a title in front matter, its first `# heading` or the file's name is one.

    Raises Unreadable for a file that is not text or is empty, and for front matter that cannot be read.
    """
    front, text = split(decode_prose(source.data))
    body, removed = resolve(text.strip("\n"), front)
    reading = complete({"body": body, "markup": "markdown"}, source, rules, front)
    if removed:
        reading = reading._replace(problems=(*reading.problems, template_code(source.path, removed)))
    copy, problems = reading
    if copy.title:
        below = without_headline(copy.body, "markdown", copy.title)
        return reading if below is copy.body else Reading(replace(copy, body=below), problems)
    heading, rest = _heading(copy.body)
    says_something = source.data.strip() or source.sidecar  # an emptied file is no picture story
    if not (heading or rest.strip() or (copy.media and says_something)):
        raise Unreadable("has neither title nor text", "write the article, or begin the file's name with _ to hide it")
    return Reading(replace(copy, title=one_line(heading) or one_line(title(source.path)), body=rest), problems)


def glance(source: Source, rules: ReaderOptions) -> ArticleCopy:
    """A copy with the fields of the front matter that place the article in feeds."""
    front, _ = split(decode_prose(source.data))
    return placing(source, rules, front)


def notes(source: Source, _rules: ReaderOptions) -> Notes:
    """The sources of the article's fields, and what was taken out of its text."""
    front, text = split(decode_prose(source.data))
    body, removed = resolve(text.strip("\n"), front)
    found = origins(source, front) | {"body": "the text"}
    gone = [Removal(tag, "template code that is not known") for tag in removed]
    if "title" not in found:
        found["title"] = "the first heading" if _heading(body)[0] else "the file's name"
    return Notes(found, tuple(gone))


def _heading(body: str) -> tuple[str, str]:
    """The text of the first heading of level 1, and the body without it; an empty text if there is none.

    Only the first _FAR characters are parsed: titles are near the top, and the events of megabytes take seconds.
    """
    events = pyromark.events_with_range(body[:_FAR])
    place = next((place for event, place in events if event == {"End": {"Heading": "H1"}}), None)
    if place is None:
        return "", body
    data = body.encode()
    before, heading, after = data[: place["start"]], data[place["start"] : place["end"]], data[place["end"] :]
    return "".join(map(_words, pyromark.events(heading.decode()))), (before + after).decode().strip("\n")


def _words(event: Event) -> str:
    match event:
        case {"Text": str(words)} | {"Code": str(words)}:
            return words
        case "SoftBreak" | "HardBreak":
            return " "
    return ""


READER = Reader(
    name="markdown",
    kind="Markdown",
    notes=notes,
    suffixes=(".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mkdown"),
    read=read,
    parse_header=glance,
)
