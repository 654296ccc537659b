"""What the errors of each database mean, in words of ours. `shown` names the database without its password."""

import re

from .errors import (
    AccessDenied,
    DatabaseDamaged,
    DatabaseNotFound,
    DatabaseUnavailable,
    QuestionTooLong,
    StoreError,
)

STATEMENT_SECONDS = 30
"""How long one statement of a reader may take. A Postgres server may allow less."""

_WRONG_OPTIONS = (
    r'connection option "(\w+)"',
    r'parameter "(\w+)"',
    r"bad value for (\w+)",
    r"invalid (\w+) value",
    r"unexpected keyword argument '(\w+)'",
    r"`(\w+)` parameter must be",
)
"""How libpq, psycopg, asyncpg and the server name an option of the URL that they do not understand."""

# A connection that is refused has no code in psycopg: there the words of the server are all that is known.
_CROWDED = "too many (clients|connections)|remaining connection slots"
_CHANGING = r"the database system is (starting up|shutting down|in recovery|not)|terminating connection due to admin"
_UNENCRYPTED = "pg_hba.*(no encryption|SSL off)"
_NO_ENCRYPTION = "does not support SSL|rejected SSL upgrade"
_CERTIFICATE = "certificate"

_QUOTED = " with text '"
"""Behind it sqlite3 quotes the whole text that it could not decode."""


def sqlite_problem(error: BaseException, shown: str) -> StoreError:
    """The problem behind an error of sqlite3, or behind a statement that was stopped when its time was up."""
    if isinstance(error, TimeoutError):
        return QuestionTooLong(
            f"{shown} took longer than {STATEMENT_SECONDS} seconds.", "Narrow the time range and try again."
        )
    code = str(getattr(error, "sqlite_errorname", ""))
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_IOERR_SHORT_READ")):
        return DatabaseDamaged(
            f"{shown} is damaged or no SQLite database.",
            "Check the path. A damaged log can be made again: activity import FILE --into DATABASE",
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseUnavailable(f"Another program is writing to {shown}.", "Wait until it has finished.")
    if code.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return AccessDenied(f"{shown} may not be written to.", "Check the permissions of the file and its folder.")
    if code.startswith("SQLITE_CANTOPEN"):
        return AccessDenied(f"{shown} cannot be opened.", "Check the permissions of the file and its folder.")
    if code.startswith("SQLITE_FULL"):
        return DatabaseUnavailable("The disk is full.", "Make room and try again: nothing was written.")
    if code.startswith("SQLITE_IOERR"):
        return DatabaseUnavailable(f"The disk of {shown} fails.", "Check its connection, quota and limits.")
    said = str(error).partition(_QUOTED)[0]
    return DatabaseUnavailable(f"{shown} cannot be read: {said}.", "Try again.")


def postgres_problem(error: BaseException, shown: str) -> StoreError:
    """The problem behind an error of psycopg or asyncpg."""
    if isinstance(error, TimeoutError):
        return DatabaseUnavailable(f"{shown} does not answer.", "Check the network, or the tunnel that leads there.")
    code, said = str(getattr(error, "sqlstate", None) or ""), str(error)
    # With any other code it was the server that answered: its words may hold names of tables and columns.
    is_of_connection = not code or code.startswith(("08", "28"))
    if is_of_connection and (problem := _encryption_problem(said, shown)):
        return problem
    if code.startswith("28") or re.search("password authentication failed|no password supplied|role .* exist", said):
        return AccessDenied(f"{shown} refuses the user or the password.", "Check both in the URL.")
    if code == "3D000" or re.search(r'database ".*" does not exist', said, re.DOTALL):
        return DatabaseNotFound(f"The server has no database of that name: {shown}.", "Check the name in the URL.")
    if code == "42501":
        return AccessDenied(f"The user of {shown} may not read its tables.", "Ask for the right to SELECT.")
    if code == "25006":
        return AccessDenied(f"{shown} is read-only.", "Use a user or a server that may be written to.")
    if code == "40001" or "conflict with recovery" in said:  # nothing else of ours can be a conflict
        return DatabaseUnavailable(
            f"{shown} is a standby server, which stopped the question to keep up with its primary.",
            "Ask the primary, or raise max_standby_streaming_delay.",
        )
    if code == "57014" and "user request" in said:
        return QuestionTooLong(f"Somebody told {shown} to stop working on the question.", "Narrow it, or try again.")
    if code == "57014":
        return QuestionTooLong(
            f"{shown} took longer than a question may: {STATEMENT_SECONDS} seconds, or less where the server says so.",
            "Narrow the time range and try again.",
        )
    if is_crowded(error):
        return DatabaseUnavailable(
            f"{shown} takes no more connections.", "Close others, or raise the limit of the server or of the user."
        )
    if code == "53100":
        return DatabaseUnavailable(f"The disk of {shown} is full.", "Make room there: nothing was written.")
    if code == "2BP01":
        return DatabaseUnavailable(
            f"A view, or something else that is not of the log, depends on tables of {shown}.",
            "Drop it, and make it anew afterwards.",
        )
    if code in ("57P01", "57P02", "57P03") or re.search(_CHANGING, said):
        return DatabaseUnavailable(f"{shown} is being stopped or started.", "Wait until it runs again.")
    if code and not code.startswith(("08", "57", "53", "40")):
        return DatabaseUnavailable(f"{shown} answered with the error {code}.", "Try again.")
    if option := next(filter(None, (re.search(pattern, said) for pattern in _WRONG_OPTIONS)), None):
        return option_problem(shown, option[1])
    return DatabaseUnavailable(f"{shown} cannot be reached.", "Check the host, the port and that the server runs.")


def is_crowded(error: BaseException) -> bool:
    """Whether a Postgres server takes no more connections than it has."""
    return getattr(error, "sqlstate", None) == "53300" or re.search(_CROWDED, str(error)) is not None


def is_outdated(error: BaseException) -> bool:
    """Whether an error of sqlite3 may come from what a connection remembers of a file that was changed under it."""
    code = str(getattr(error, "sqlite_errorname", ""))
    return code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL"))


def _encryption_problem(said: str, shown: str) -> StoreError | None:
    if re.search(_UNENCRYPTED, said) and "SSL encryption" not in said:  # else it is refused with encryption, too
        return AccessDenied(
            f"{shown} refuses this user, from here and without encryption.",
            "Put sslmode=require behind the ? of the URL, or ask for an entry in pg_hba.conf.",
        )
    if re.search(_NO_ENCRYPTION, said):
        return AccessDenied(
            f"{shown} offers no encryption, which the URL demands.", "Check that this is the right server, or sslmode."
        )
    if re.search(_CERTIFICATE, said):
        return AccessDenied(
            f"The certificate of {shown} proves nothing: it is of another server, expired or vouched for by nobody.",
            "Check that this is the right server, and sslmode and sslrootcert in the URL.",
        )
    return None


def option_problem(shown: str, name: str = "") -> StoreError:
    """The URL has an option that nobody understands. Its value is not shown: it might be a secret."""
    option = f"the option {name}" if name else "an option"
    return DatabaseNotFound(
        f"The URL of {shown} has {option}, which is not understood or has a wrong value.",
        "Check what stands behind the ? of the URL.",
    )
