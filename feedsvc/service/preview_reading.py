"""Reads the files of a newsroom for a preview. Only the publishing process imports this module, since it needs all
readers."""

from feedsvc import readers
from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import ReaderOptions, Reading, Source
from feedsvc.service.preview import shown_early
from feedsvc.service.settings import now


def read(source: Source, options: ReaderOptions) -> Reading:
    """The reading of a file for a preview. Raises Unreadable."""
    reading = readers.read(source, options)
    return reading._replace(copy=shown_early(reading.copy, now(), options.timezone))


def glance(source: Source, options: ReaderOptions) -> ArticleCopy:
    """The fields that `readers.glance` finds in a file, adapted for a preview. Raises Unreadable."""
    return shown_early(readers.glance(source, options), now(), options.timezone)
