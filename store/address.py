"""Where a log lives: a file path or a database URL as a user writes it, made safe to show and ready to open."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode

from .errors import DatabaseNotFound
from .event import Text
from .value import Value

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_SQLITE = ("sqlite", "sqlite+aiosqlite")
_SECRET_OPTIONS = ("password", "sslpassword", "passfile", "oauth_client_secret", "scram_client_key", "scram_server_key")
_HARMLESS_OPTIONS = (
    *("host", "hostaddr", "port", "user", "dbname", "service", "options", "application_name", "connect_timeout"),
    *("target_session_attrs", "load_balance_hosts", "channel_binding", "gssencmode", "ssl", "sslmode", "sslrootcert"),
    *("sslcert", "sslkey", "sslcrl", "sslcrldir", "sslnegotiation", "require_auth"),
)
"""What may be written where others read it. Of an option that is not known, nobody knows what it gives away."""

_URL = re.compile(r"([a-z][a-z0-9+._-]*)://(.*)", re.IGNORECASE | re.DOTALL)
_NEARLY_URL = re.compile(
    r"\s*(?:(?:postgres|sqlite)\w*(?:[+:]|//)|[^/.~].*:/|[^/.~\s][^/:@]*:[^/@]*@)", re.IGNORECASE | re.DOTALL
)
_LIBPQ_STRING = re.compile(
    r"\s*(?=\w+\s*=)(?:.*\s)?(?:host|hostaddr|port|dbname|user|password|passfile|service|sslpassword)\s*=",
    re.IGNORECASE | re.DOTALL,
)
_SERVER = re.compile(r"(?:\[(?P<ipv6>[^\[\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[0-9]{0,5}))?")
_MASK = "***"
_ENCODE_ADVICE = "In a user name or a password, write / as %2F, ? as %3F, @ as %40 and : as %3A."


class DatabaseAddress(Value):
    """A database that can be named without giving its password away: only `sqlalchemy_url` holds it.

    `shown` is printable and without secrets; `without_secrets` is text for `parse` again, which says all the rest.
    `path` is the absolute path of an SQLite file, None for Postgres.
    """

    SECRET = ("sqlalchemy_url", "secrets")

    shown: Text
    without_secrets: Text
    sqlalchemy_url: Text
    path: Path | None = None
    secrets: tuple[Text, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "DatabaseAddress":
        """The address in a path, `sqlite:///path` or `postgresql://user:password@host:port/database?option=value`.

        Raises DatabaseNotFound, in words that hold no part of a password.
        """
        url = _URL.fullmatch(text.strip())
        if url is None:
            return _file_address(text)
        scheme, rest = url[1].lower(), url[2]
        if scheme in _SQLITE:
            return _sqlite_address(rest)
        if scheme in _DRIVERS:
            return _postgres_address(_DRIVERS[scheme], rest)
        raise DatabaseNotFound(
            f"A database of the kind {scheme!r} cannot be opened.",
            "Give the path of an SQLite file, or a URL that begins with postgresql://.",
        )

    @property
    def is_sqlite(self) -> bool:
        return self.path is not None

    def hide_secrets(self, text: str) -> str:
        """`text`, for instance of a driver's error, with every password of this address masked in all its spellings."""
        spellings = {
            spelling
            for secret in self.secrets
            for spelling in (secret, repr(secret)[1:-1], _quoted(secret), quote_plus(secret, errors="surrogatepass"))
        }
        if not spellings:
            return text
        longest_first = sorted(spellings, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), _MASK, text)

    def __str__(self) -> str:
        return self.shown


def _file_address(text: str) -> DatabaseAddress:
    if not text:
        raise DatabaseNotFound("No database is named.", "Give the path of an SQLite file or a postgresql:// URL.")
    if _NEARLY_URL.match(text):  # shown as the path of a file, it might show a password
        raise DatabaseNotFound(
            "That is neither a path nor a database URL.", "Begin a URL with postgresql://, and a path with ./ or /."
        )
    if _LIBPQ_STRING.match(text):  # so might this
        raise DatabaseNotFound(
            "Connection strings of the form key=value are not read.",
            "Write a URL: postgresql://USER@HOST:PORT/DATABASE. Begin the path of a file with ./ or /.",
        )
    if "\0" in text:
        raise DatabaseNotFound("A path cannot hold a NUL character.", "Check the path.")
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # `~name` of a user that does not exist: then it is the name of a file
        path = Path(text)
    path = path.absolute()
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        raise DatabaseNotFound("No file can have that name.", "Check the path.") from None
    # SQLAlchemy decodes its URL once and SQLite its own a second time: only so does any character arrive.
    url = f"sqlite+aiosqlite:///file:{quote(quote(name))}?uri=true"
    return DatabaseAddress(shown=_printable(str(path)), without_secrets=str(path), sqlalchemy_url=url, path=path)


def _sqlite_address(rest: str) -> DatabaseAddress:
    advice = "Write sqlite:/// and the path, or the path alone."
    if not rest.startswith("/") or rest == "/":
        raise DatabaseNotFound("An sqlite URL needs three slashes and the path of a file.", advice)
    if "?" in rest:
        raise DatabaseNotFound("An sqlite URL takes no options.", "Write the path alone; there a ? may be in a name.")
    return _file_address(unquote(rest[1:], errors="surrogateescape"))


def _postgres_address(driver: str, rest: str) -> DatabaseAddress:
    place, _, query = rest.partition("?")
    authority, _, database = place.partition("/")
    credentials, _, server = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    parts = _SERVER.fullmatch(server)
    # A password with a bare slash or question mark ends up where it would be shown: such texts are refused.
    if parts is None or "/" in database or "@" in database or "@" in query:
        raise DatabaseNotFound("The Postgres URL cannot be understood.", _ENCODE_ADVICE)
    try:
        options = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="surrogateescape")
    except ValueError:
        raise DatabaseNotFound("The options of the Postgres URL cannot be understood.", _ENCODE_ADVICE) from None
    host, port = parts["ipv6"] or unquote(parts["host"] or ""), parts["port"]
    if host.startswith("/"):  # the folder of a unix socket, which has no place in the URL that SQLAlchemy reads
        options, host = [("host", host), *options], ""
    secrets = (password, unquote(password), *(value for name, value in options if name.lower() in _SECRET_OPTIONS))
    harmless = urlencode(
        [(name, value) for name, value in options if name.lower() in _HARMLESS_OPTIONS], errors="surrogatepass"
    )
    account = _quoted(unquote(user))
    at_server = (f"[{host}]" if ":" in host else _quoted(host)) + (f":{port}" if port else "")
    in_database = f"/{_quoted(unquote(database))}"
    named = f"{account}@" if account else ""
    login = f"{account}:{_quoted(unquote(password))}@" if password else named
    shown_server = at_server or ",".join(value for name, value in options if name == "host")
    return DatabaseAddress(
        shown=_printable(f"postgresql://{named}{shown_server}{in_database}"),
        without_secrets=f"{driver.removesuffix('+psycopg')}://{named}{at_server}{in_database}"
        + (f"?{harmless}" if harmless else ""),
        sqlalchemy_url=f"{driver}://{login}{at_server}{in_database}?{urlencode(options, errors='surrogatepass')}",
        secrets=tuple(secret for secret in secrets if secret),
    )


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
