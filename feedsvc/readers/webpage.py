"""Reads a saved news page. The code is imported with the first page: it is a tenth of the start without any pages."""

from feedsvc.model.reader import Notes, Reader, ReaderOptions, Reading, Source


def read(source: Source, rules: ReaderOptions) -> Reading:
    """The article in a web page. Raises Unreadable as `page.article.read` does."""
    from feedsvc.readers.page import article

    return article.read(source, rules)


def notes(source: Source, rules: ReaderOptions) -> Notes:
    """The sources of the article's fields."""
    from feedsvc.readers.page import article

    return article.notes(source, rules)


READER = Reader(name="webpage", kind="a saved page", suffixes=(".html", ".htm"), read=read, notes=notes)
