"""The tables of config.toml for articles: where they come from, and how they are read."""

from feedsvc.config.table import Table
from feedsvc.config.value_types import STORE_SCHEME, ArticlesPlace, Name, Zone


class ArticlesTable(Table, frozen=True, kw_only=True):
    """[articles]. `path` is a folder, or `s3://bucket/prefix`; `timezone` applies to dates without a time zone."""

    path: ArticlesPlace = "articles"
    timezone: Zone = "UTC"

    @property
    def bucket(self) -> str:
        """The bucket with its prefix, `s3://bucket/prefix`; empty for a folder."""
        return self.path if self.path.startswith(STORE_SCHEME) else ""


class CaptureTable(Table, frozen=True, kw_only=True):
    """[capture]. `furniture` lists phrases of saved pages that are not part of an article."""

    furniture: tuple[Name, ...] = ()
