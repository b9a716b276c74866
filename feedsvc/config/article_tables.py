"""The tables of config.toml that say where articles come from, and how they are read."""

from feedsvc.config.table import Table
from feedsvc.config.value_types import STORE_SCHEME, ArticlesPlace, Name, Zone


class ArticlesTable(Table, frozen=True, kw_only=True):
    """[articles]. `path` is a folder, or `s3://bucket/prefix`; `timezone` is that of dates that name none."""

    path: ArticlesPlace = "articles"
    timezone: Zone = "UTC"

    @property
    def bucket(self) -> str:
        """The name of the bucket, with the prefix; empty for a folder."""
        return self.path if self.path.startswith(STORE_SCHEME) else ""


class CaptureTable(Table, frozen=True, kw_only=True):
    """[capture]. `furniture` are phrases of saved pages that are no part of an article."""

    furniture: tuple[Name, ...] = ()
