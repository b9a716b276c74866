"""The files: what the last scan saw of them, and which of them articles name."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model.reader import MediaReference
from feedsvc.store.bulk import Bulk
from feedsvc.store.problems import replace_problems
from feedsvc.store.schema import articles, named_files, sources

# --- files that articles name -----------------------------------------------------------------------------------------


def name_files(connection: Connection, number: int, files: Iterable[MediaReference], *, new: bool = False) -> None:
    """Let the article name `files`, and no others; a `new` one has named none yet."""
    if not new:
        connection.execute(_UNNAME, {"number": number})
    if rows := [{"article": number} | each._asdict() for each in files]:
        connection.execute(_NAME, rows)


_NAME = insert(named_files)
_UNNAME = delete(named_files).where(named_files.c.article == bindparam("number"))
_FILES_OF = select(named_files.c.file, named_files.c.type, named_files.c.stamp).where(
    named_files.c.article == bindparam("number")
)


def files_of(connection: Connection, number: int) -> list[MediaReference]:
    return [MediaReference(*row) for row in connection.execute(_FILES_OF, {"number": number})]


_NAMED = select(named_files.c.file, named_files.c.stamp, articles.c.path).join(
    articles, articles.c.number == named_files.c.article
)
_ALL_NAMED = _NAMED.where(articles.c.path.is_not(None))
_NAMED_BY = _NAMED.where(articles.c.path.between(bindparam("first"), bindparam("last")))
_NAMING = (
    select(articles.c.path)
    .join(named_files, articles.c.number == named_files.c.article)
    .where(named_files.c.file == bindparam("file"), articles.c.path.is_not(None))
)


def all_named_files(
    connection: Connection, scope: Mapping[str, Iterable[str]] | None = None
) -> list[tuple[str, str, str]]:
    """Every file that is named, or only those that articles in `scope` (folder to stems) name: `(file, its stamp, path
    of the article)`."""
    if scope is None:
        return [(file, stamp, path) for file, stamp, path in connection.execute(_ALL_NAMED)]
    places = [_named_so(folder, stem) for folder, stems in scope.items() for stem in stems]
    return [(file, stamp, path) for place in places for file, stamp, path in connection.execute(_NAMED_BY, place)]


def articles_naming(connection: Connection, file: str) -> list[str]:
    """The paths of the articles that name `file`."""
    return list(connection.scalars(_NAMING, {"file": file}))


# --- what the last scan saw -------------------------------------------------------------------------------------------

_SEE = insert(sources)
_SEE = _SEE.on_conflict_do_update(
    index_elements=["path"],
    set_={"folder": _SEE.excluded.folder, "stamp": _SEE.excluded.stamp, "article": _SEE.excluded.article},
)
_SEE_ALL = Bulk(_SEE)
_SEEN = select(sources.c.path, sources.c.stamp, sources.c.article)
_SEEN_IN = _SEEN.where(sources.c.folder == bindparam("folder"))
_SEEN_AS = _SEEN.where(sources.c.path.between(bindparam("first"), bindparam("last")))


def seen(connection: Connection, folder: str, stems: Iterable[str] | None = None) -> dict[str, tuple[str, int | None]]:
    """What the last scan saw in `folder`, or of it only files of these `stems`: path to stamp and article."""
    if stems is None:
        return {path: (stamp, article) for path, stamp, article in connection.execute(_SEEN_IN, {"folder": folder})}
    found: dict[str, tuple[str, int | None]] = {}
    for stem in stems:
        rows = connection.execute(_SEEN_AS, _named_so(folder, stem))
        longer = len(f"{folder}/{stem}." if folder else f"{stem}.")
        found |= {path: (stamp, article) for path, stamp, article in rows if "." not in path[longer:]}
    return found


def _named_so(folder: str, stem: str) -> dict[str, str]:
    """The bounds between which the paths lie of all files in `folder` that are called `stem`, with some suffix."""
    path = f"{folder}/{stem}" if folder else stem
    return {"first": f"{path}.", "last": f"{path}/"}  # the slash follows the dot


def is_folder(connection: Connection, path: str) -> bool:
    """Whether anything that the last scan saw lies below `path`."""
    inside = sources.c.path.between(f"{path}/", f"{path}0")  # the digit follows the slash
    return connection.scalar(select(sources.c.path).where(inside).limit(1)) is not None


def seen_folders(connection: Connection) -> set[str]:
    return set(connection.scalars(select(sources.c.folder).distinct()))


def record(connection: Connection, *seen: tuple[str, str, int | None]) -> None:
    """Note of files their path, their stamp, and the article that they are, if any."""
    _SEE_ALL.execute(connection, ((path, path.rpartition("/")[0], stamp, article) for path, stamp, article in seen))


def forget(connection: Connection, path: str) -> None:
    connection.execute(delete(sources).where(sources.c.path == path))
    replace_problems(connection, path, ())
