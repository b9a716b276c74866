"""Exports the current Edition as files for any web server: `feedsvc publish --to FOLDER`.

`FOLDER` holds the documents of the canonical address, `FOLDER/_mirrors/HOST/` those of a mirror, `FOLDER/_errors/` the
error pages, and `FOLDER/maps.conf` whatever else nginx has to know (`deploy/nginx.conf` includes them all).
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from feedsvc.model.problem import Problem
from feedsvc.model.urls import is_follow_page
from feedsvc.store import documents, former_paths
from feedsvc.store.sqlite.store import Store
from feedsvc.web.export.disk import BeingWritten, StaticError, Superseded, open_tree
from feedsvc.web.export.errors import messages
from feedsvc.web.export.maps import render as render_maps
from feedsvc.web.export.public_documents import read_public
from feedsvc.web.export.run import Run, Written
from feedsvc.web.export.sheets import MAPS, of_documents, of_text
from feedsvc.web.topics import TopicLinks

__all__ = ["MAPS", "BeingWritten", "StaticError", "Superseded", "Written", "write"]


def write(
    store: Store,
    articles: Path,
    hosts: tuple[str, ...],
    folder: Path,
    redirects: Mapping[str, str],
    site_title: str,
    language: str,
    links: TopicLinks | None = None,
) -> Written:
    """Updates `folder` to the current Edition; files that are right already are not touched.

    `hosts` are the names of the addresses, in their order; `redirects` lead from an old path to a path or URL; `links`
    has the hubs of topics. A document that cannot be a file (a name too long, a feed where a folder must be) is left
    out and reported; so is one with a token, since a static server would give it to anybody.

    Raises StaticError if nothing was published yet, if `folder` and the newsroom's folders overlap, or if `folder`
    cannot be written: each file is then the old one or the new one, and the next run continues from there.
    """
    _keep_apart(folder.resolve(), articles.resolve(), store.path.parent.resolve())
    with open_tree(folder) as tree, store.read() as transaction:
        public = read_public(transaction, store.path)
        covered = _covered({row.path for row in public.rows if row.status == documents.LIVE})
        rows = [row for row in public.rows if row.path not in covered]
        newest = max((row.modified for row in rows), default=0)
        maps = render_maps(rows, hosts, redirects, links, former_paths.with_keys(transaction))
        texts = messages(site_title, language) | {MAPS: maps}
        sheets = [*of_documents(rows, hosts), *(of_text(name, text, newest) for name, text in texts.items())]
        written = Run(tree, transaction, articles).write(sheets)
    left_out = (*public.problems, *map(_same_file, sorted(covered)))
    return written._replace(problems=(*written.problems, *left_out))


def _keep_apart(folder: Path, *private: Path) -> None:
    """Raises StaticError if published files would be read as articles again, or private files would be served."""
    for place in private:
        if place.is_relative_to(folder) or folder.is_relative_to(place):
            raise StaticError(folder, f"is not apart from {place}", "publish into a folder of its own")


def _covered(live: AbstractSet[str]) -> set[str]:
    """The pages for following whose file is also that of the section with the same name."""
    return {path for path in live if is_follow_page(path) and f"{path}/" in live}


def _same_file(path: str) -> Problem:
    reason = "it is not among the files: the page of the section of that name has its file"
    return Problem(
        place=path, reason=reason, remedy="let feedsvc serve it, or give the section another name", warning=True
    )
