"""Addresses of databases: every way to write one, and no way to see its password."""

import sqlite3
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from store import DatabaseAddress, DatabaseNotFound

PASSWORD = "s3cr3t/pa:ss?w@rd"
QUOTED = "s3cr3t%2Fpa%3Ass%3Fw%40rd"


@pytest.mark.parametrize(
    "name", ["log.db", "a b.db", "100%.db", "a?b#c%20d.db", 'it\'s "é" ✓.db', ":memory:", "-x", "a\nb"]
)
def test_sqlalchemy_opens_exactly_the_file_of_the_path(name: str, tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / name))
    assert address.is_sqlite
    assert address.path == tmp_path / name
    with create_engine(address.sqlalchemy_url.replace("+aiosqlite", "")).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE found (it)")
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    with sqlite3.connect(tmp_path / name) as direct:
        assert direct.execute("SELECT name FROM sqlite_master").fetchall() == [("found",)]


def test_relative_paths_and_the_home_folder_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/dana")
    assert DatabaseAddress.parse("sub/log.db").path == tmp_path / "sub/log.db"
    assert DatabaseAddress.parse("sqlite:///log%20x.db").path == tmp_path / "log x.db"
    assert DatabaseAddress.parse("sqlite:////var/log.db").path == Path("/var/log.db")
    assert DatabaseAddress.parse("~/log.db").path == Path("/home/dana/log.db")
    assert DatabaseAddress.parse("~no-such-user-here/x").path == tmp_path / "~no-such-user-here/x"


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("postgresql://db.example/log", "postgresql+psycopg://db.example/log?", "postgresql://db.example/log"),
        ("postgres://dana@db:5433/log", "postgresql+psycopg://dana@db:5433/log?", "postgresql://dana@db:5433/log"),
        ("POSTGRESQL+psycopg://db/log", "postgresql+psycopg://db/log?", "postgresql://db/log"),
        ("postgresql+asyncpg://[::1]:1/log", "postgresql+asyncpg://[::1]:1/log?", "postgresql://[::1]:1/log"),
        ("postgresql://", "postgresql+psycopg:///?", "postgresql:///"),
        (
            "postgresql://u:p@ss@h/d?sslmode=require",
            "postgresql+psycopg://u:p%40ss@h/d?sslmode=require",
            "postgresql://u@h/d",
        ),
        ("postgresql:///d?host=/run/pg", "postgresql+psycopg:///d?host=%2Frun%2Fpg", "postgresql:///run/pg/d"),
        ("postgresql://u@%2Frun%2Fpg/d", "postgresql+psycopg://u@/d?host=%2Frun%2Fpg", "postgresql://u@/run/pg/d"),
    ],
)
def test_a_postgres_url_gets_its_driver(text: str, url: str, shown: str) -> None:
    address = DatabaseAddress.parse(text)
    assert (address.sqlalchemy_url, address.shown, address.path) == (url, shown, None)
    assert not address.is_sqlite
    make_url(address.sqlalchemy_url)


def test_every_part_of_a_postgres_url_reaches_the_driver() -> None:
    url = make_url(
        DatabaseAddress.parse(f"postgresql://us%40er:{QUOTED}@h:5/d%2Fb?application_name=a+b").sqlalchemy_url
    )
    assert (url.username, url.password, url.host, url.port, url.database) == ("us@er", PASSWORD, "h", 5, "d/b")
    assert url.query == {"application_name": "a b"}


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://dana:{QUOTED}@db/log",
        f"postgresql://dana@db/log?password={QUOTED}",
        f"postgresql://dana@db/log?sslmode=require&sslpassword={QUOTED}",
        f"postgresql://db/log?passfile={QUOTED}",
    ],
)
def test_a_password_shows_nowhere(text: str) -> None:
    address = DatabaseAddress.parse(text)
    for shown in (repr(address), str(address), address.shown, f"{[address]}", pretty_repr(address)):
        assert "s3cr3t" not in shown
    for spelling in (PASSWORD, QUOTED, repr(PASSWORD)):
        masked = address.hide_secrets(f'connection to "db" failed: {spelling} is wrong')
        assert "s3cr3t" not in masked
        assert masked.startswith('connection to "db" failed: ')
    assert make_url(address.sqlalchemy_url)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://dana:s3cr3t@db/log",
        "postgresq://dana:s3cr3t@db/log",
        "postgresql+psycopg2://dana:s3cr3t@db/log",
        "postgresql:/dana:s3cr3t@db/log",
        "postgresql:dana:s3cr3t@db/log",
        " postgres ql://dana:s3cr3t@db/log",
        "dana:s3cr3t://db/log",
        "postgresql://dana:1/s3cr3t@db/log",
        "postgresql://dana:s3cr3t/x@db/log",
        "postgresql://dana:s3cr3t?x@db/log",
        "postgresql://dana:1?a=s3cr3t@db/log",
        "postgresql://dana:s3cr3t@db:port/log",
        "postgresql://dana:s3cr3t@[::1/log",
        "postgresql://dana@db/log?s3cr3t",
        "host=/tmp password=s3cr3t dbname=x",
        " dbname = x  PASSWORD = 's3cr3t'",
        "application_name=x password=s3cr3t",
        "password=s3cr3t",
        "sqlite://s3cr3t.db",
        "sqlite:///s3cr3t.db?mode=ro",
        "sqlite://",
        "",
        "s3cr3t\0.db",
        "\ud800",
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_sentence_without_secrets(text: str) -> None:
    with pytest.raises(DatabaseNotFound) as refused:
        DatabaseAddress.parse(text)
    assert str(refused.value).endswith(".")
    assert refused.value.advice
    assert "s3cr3t" not in "".join(traceback.format_exception(refused.value)).replace(repr(text), "")
    assert "s3cr3t" not in str(refused.value) + refused.value.advice


def test_a_foreign_scheme_is_refused_by_its_name() -> None:
    with pytest.raises(DatabaseNotFound, match="'mysql'"):
        DatabaseAddress.parse("mysql://u:p@h/d")


def test_a_connection_string_of_libpq_is_told_to_be_a_url() -> None:
    with pytest.raises(DatabaseNotFound) as refused:
        DatabaseAddress.parse("host=db.example password=s3cr3t dbname=log")
    assert "postgresql://USER@HOST:PORT/DATABASE" in refused.value.advice
    assert "db.example" not in str(refused.value) + refused.value.advice


@pytest.mark.parametrize("name", ["a=1.db", "./host=1.db", "/tmp/password=1.db", "my host=1.db"])
def test_an_equals_sign_may_be_in_the_name_of_a_file(name: str) -> None:
    assert DatabaseAddress.parse(name).path == Path(name).absolute()


def test_a_path_with_control_characters_is_shown_without_them() -> None:
    assert DatabaseAddress.parse("/tmp/\x1b[31m\udc80.db").shown == "/tmp/\\x1b[31m\\udc80.db"


@given(st.text(st.characters(exclude_categories=()), max_size=30), st.sampled_from(["", "postgresql://"]))
def test_any_text_is_an_address_or_refused_and_what_is_shown_is_printable(text: str, scheme: str) -> None:
    try:
        address = DatabaseAddress.parse(scheme + text)
    except DatabaseNotFound as refused:
        assert str(refused).isprintable()
    else:
        assert address.shown.isprintable()
        make_url(address.sqlalchemy_url)


@given(st.text(min_size=8, max_size=20))
def test_any_password_arrives_and_stays_hidden(password: str) -> None:
    address = DatabaseAddress.parse(f"postgresql://u:{quote(password, safe='')}@h/d")
    assert make_url(address.sqlalchemy_url).password == password
    assert address.shown == "postgresql://u@h/d"
    assert password not in address.hide_secrets(f"<{password}>")


@pytest.mark.parametrize(
    ("text", "without_secrets"),
    [
        ("postgresql://dana@db.example:5433/audit", "postgresql://dana@db.example:5433/audit"),
        ("postgres://dana:s3cr3t@db/audit?sslmode=require", "postgresql://dana@db/audit?sslmode=require"),
        ("postgresql://dana@/audit?host=/run/pg&password=s3cr3t", "postgresql://dana@/audit?host=%2Frun%2Fpg"),
        ("postgresql://u@%2Frun%2Fpg/d", "postgresql://u@/d?host=%2Frun%2Fpg"),
        ("postgresql://u@h/d?scram_client_key=s3cr3t&sslmode=require", "postgresql://u@h/d?sslmode=require"),
        ("postgresql://u@h/d?an_option_to_come=s3cr3t", "postgresql://u@h/d"),
        ("postgresql+asyncpg://[::1]:1/d", "postgresql+asyncpg://[::1]:1/d"),
        ("postgresql://", "postgresql:///"),
        ("/tmp/a b\n.db", "/tmp/a b\n.db"),
    ],
)
def test_an_address_can_be_written_again_without_its_secrets(text: str, without_secrets: str) -> None:
    assert DatabaseAddress.parse(text).without_secrets == without_secrets


WRITTEN = st.text(min_size=1).map(lambda text: quote(text, safe=""))


@given(
    user=WRITTEN,
    server=st.sampled_from(["", "db.example", "db:5", "[::1]:5", "%2Frun%2Fpg"]),
    database=WRITTEN,
    options=st.dictionaries(st.sampled_from(["host", "sslmode", "application_name"]), WRITTEN),
)
def test_an_address_without_secrets_opens_the_same_database(
    user: str, server: str, database: str, options: dict[str, str]
) -> None:
    query = "&".join(f"{name}={value}" for name, value in options.items())
    address = DatabaseAddress.parse(f"postgresql://{user}:s3cr3t@{server}/{database}?{query}")
    again = DatabaseAddress.parse(address.without_secrets)
    assert again.sqlalchemy_url == address.sqlalchemy_url.replace(":s3cr3t@", "@")
    assert again.shown == address.shown


@pytest.mark.parametrize(
    "text", ["postgres//bob:s3cret@localhost/audit", "bob:s3cret@localhost/audit", "bob:s3cret@db"]
)
def test_a_url_with_something_missing_is_no_path_that_would_show_its_password(text: str) -> None:
    with pytest.raises(DatabaseNotFound, match="neither a path nor a database URL") as caught:
        DatabaseAddress.parse(text)
    assert "s3cret" not in f"{caught.value} {caught.value.advice}"
