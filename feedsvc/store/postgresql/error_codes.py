"""Converts PostgreSQL's errors (its documentation, Appendix A) into those of the store, each with its remedy."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from feedsvc.store.errors import StoreAway, StoreBusy, StoreError

_BUSY = frozenset(("55P03", "40001", "40P01", "57014"))
"""A lock was not available in time, a statement took too long, or two transactions conflicted."""
_SILENT = "25P03"
"""The transaction was ended because it was idle for too long."""
_REMEDIES = {
    "28P01": "give the right password: in the file ~/.pgpass, in PGPASSWORD, or in [state] url",
    "28000": "let this user in (pg_hba.conf), or name another in [state] url",
    "3D000": "create the database, or name another in [state] url",
    "42501": "give the user of [state] url the rights to it (GRANT), or make it the owner of the database",
    "25006": "name the host of the primary in [state] url; several may stand there, with commas between them",
    "53100": "make room on the disk of the database",
    "53300": "let the database have more connections, or put a pooler before it",
}
# For a failed connection, libpq gives only a message and no code.
_WORDS = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "no pg_hba.conf entry": "28000",
    "role ": "28000",
    "database ": "3D000",
    "read-only": "25006",
    "recovery": "25006",
    "too many clients": "53300",
    "remaining connection slots": "53300",
}
_AWAY = "it is tried again; look whether PostgreSQL runs, and whether it can be reached from here"


def store_error(error: Exception, place: str) -> StoreError:
    """The store's error for an error of the database at `place`. It contains no SQL, no parameter and no password."""
    code, reason = _code(error), _reason(error)
    if code in _BUSY:
        return StoreBusy(f"{place}: another program is writing to it ({reason}); try again when it has ended")
    if code in _REMEDIES:
        return StoreError(f"{place}: {reason}; {_REMEDIES[code]}; what was published stays")
    if code in ("", _SILENT) or code[:2] in ("08", "57", "53"):
        return StoreAway(f"{place}: cannot be reached ({reason}); {_AWAY}; what was published stays")
    return StoreError(f"{place}: {reason} (SQLSTATE {code}); what was published stays")


def _code(error: Exception) -> str:
    """The SQLSTATE of the error; empty for a connection that was lost or could not be opened."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if code := getattr(original, "sqlstate", None):
        return str(code)
    said = str(original)
    fatal = said[said.find("FATAL:") :] if "FATAL:" in said else said
    return next((code for words, code in _WORDS.items() if words in fatal), "")


def _reason(error: Exception) -> str:
    """The first line of the message of the server or libpq, which contains no parameters and no stored data."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, SQLAlchemyError) and not isinstance(error, DBAPIError):
        return type(error).__name__
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    lines = [line.strip() for line in str(primary or original).splitlines() if line.strip()]
    return next((line for line in lines if "FATAL" in line), lines[0] if lines else type(original).__name__)
