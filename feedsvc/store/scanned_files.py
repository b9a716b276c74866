"""The files as the last scan saw them, and the files that articles name."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, select

from feedsvc.model.reader import MediaReference
from feedsvc.store.bulk import Bulk
from feedsvc.store.dialect import insert
from feedsvc.store.problems import replace_problems
from feedsvc.store.schema import articles, media_references, scanned_files
from feedsvc.store.transaction import Transaction

# --- files that articles name -----------------------------------------------------------------------------------------


def name_files(transaction: Transaction, number: int, files: Iterable[MediaReference], *, new: bool = False) -> None:
    """Sets the files that the article names. `new` means that it has named none so far."""
    if not new:
        transaction.execute(_UNNAME, {"number": number})
    if rows := [{"article": number} | each._asdict() for each in files]:
        transaction.execute(_NAME, rows)


_NAME = insert(media_references)
_UNNAME = delete(media_references).where(media_references.c.article == bindparam("number"))
_FILES_OF = select(media_references.c.file, media_references.c.type, media_references.c.signature).where(
    media_references.c.article == bindparam("number")
)


def files_of(transaction: Transaction, number: int) -> list[MediaReference]:
    """The files that the article names."""
    return [MediaReference(*row) for row in transaction.execute(_FILES_OF, {"number": number})]


_NAMED = select(media_references.c.file, media_references.c.signature, articles.c.path).join(
    articles, articles.c.number == media_references.c.article
)
_ALL_NAMED = _NAMED.where(articles.c.path.is_not(None))
_NAMED_BY = _NAMED.where(articles.c.path.between(bindparam("first"), bindparam("last")))
_NAMING = (
    select(articles.c.path)
    .join(media_references, articles.c.number == media_references.c.article)
    .where(media_references.c.file == bindparam("file"), articles.c.path.is_not(None))
)


def all_named_files(
    transaction: Transaction, scope: Mapping[str, Iterable[str]] | None = None
) -> list[tuple[str, str, str]]:
    """All files that articles name, or only those named by articles in `scope` (stems by folder): the file, its
    signature, and the path of the article."""
    if scope is None:
        return [(file, stamp, path) for file, stamp, path in transaction.execute(_ALL_NAMED)]
    places = [_named_so(folder, stem) for folder, stems in scope.items() for stem in stems]
    return [(file, stamp, path) for place in places for file, stamp, path in transaction.execute(_NAMED_BY, place)]


def articles_naming(transaction: Transaction, file: str) -> list[str]:
    """The paths of the articles that name `file`."""
    return list(transaction.scalars(_NAMING, {"file": file}))


# --- files of the last scan -------------------------------------------------------------------------------------------

_SEE = insert(scanned_files)
_SEE = _SEE.on_conflict_do_update(
    index_elements=["path"],
    set_={"folder": _SEE.excluded.folder, "signature": _SEE.excluded.signature, "article": _SEE.excluded.article},
)
_SEE_ALL = Bulk(_SEE)
_SEEN = select(scanned_files.c.path, scanned_files.c.signature, scanned_files.c.article)
_SEEN_IN = _SEEN.where(scanned_files.c.folder == bindparam("folder"))
_SEEN_AS = _SEEN.where(scanned_files.c.path.between(bindparam("first"), bindparam("last")))


def seen(
    transaction: Transaction, folder: str, stems: Iterable[str] | None = None
) -> dict[str, tuple[str, int | None]]:
    """The signature and the article of each file that the last scan saw in `folder`, by path; only files with `stems`
    if they are given. The article is None for a file that is not one."""
    if stems is None:
        return {path: (stamp, article) for path, stamp, article in transaction.execute(_SEEN_IN, {"folder": folder})}
    found: dict[str, tuple[str, int | None]] = {}
    for stem in stems:
        rows = transaction.execute(_SEEN_AS, _named_so(folder, stem))
        longer = len(f"{folder}/{stem}." if folder else f"{stem}.")
        found |= {path: (stamp, article) for path, stamp, article in rows if "." not in path[longer:]}
    return found


def _named_so(folder: str, stem: str) -> dict[str, str]:
    """The bounds between which the paths of all files `folder/stem.*` lie."""
    path = f"{folder}/{stem}" if folder else stem
    return {"first": f"{path}.", "last": f"{path}/"}  # in ASCII, "/" comes right after "."


def is_folder(transaction: Transaction, path: str) -> bool:
    """True if the last scan saw any file below `path`."""
    inside = scanned_files.c.path.between(f"{path}/", f"{path}0")  # in ASCII, "0" comes right after "/"
    return transaction.scalar(select(scanned_files.c.path).where(inside).limit(1)) is not None


def seen_folders(transaction: Transaction) -> set[str]:
    """The folders in which the last scan saw files."""
    return set(transaction.scalars(select(scanned_files.c.folder).distinct()))


def record(transaction: Transaction, *seen: tuple[str, str, int | None]) -> None:
    """Records the path, the signature and the article (None for a file that is not one) of files."""
    _SEE_ALL.execute(transaction, ((path, path.rpartition("/")[0], stamp, article) for path, stamp, article in seen))


def forget(transaction: Transaction, path: str) -> None:
    """Removes the file at `path`, and its problems."""
    transaction.execute(delete(scanned_files).where(scanned_files.c.path == path))
    replace_problems(transaction, path, ())
