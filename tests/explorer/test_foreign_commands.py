"""The commands on a table of another program: what they answer, what they say beside it, and what they refuse."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.settings_file import settings_path
from store.foreign import tally
from store.foreign.proposal import Proposal

COLUMNS = """
[databases.shop.columns]
id = "entry"
occurred_at = "at"
event_name = "action"
entity_id = "object"
payload = "details"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A table of ten rows, one of them without a time, that the settings call `shop`."""
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE audit (entry INTEGER PRIMARY KEY, at TEXT, action TEXT, object TEXT, details TEXT)"
    )
    now = datetime.now(UTC)
    for number in range(1, 11):
        at = "n/a" if number == 10 else f"{now - timedelta(hours=number):%Y-%m-%d %H:%M:%S}"
        connection.execute("INSERT INTO audit VALUES (?, ?, 'order.paid', ?, '{}')", (number, at, f"o{number % 2}"))
    connection.commit()
    connection.close()
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(f'[databases.shop]\nurl = "{path}"\ntable = "audit"\n{COLUMNS}')
    return path


UNREADABLE = "1 row of audit has no readable time or no id: neither shown nor counted.\n"


def test_a_foreign_table_is_queried_and_counted_and_what_cannot_be_read_is_said(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", "entity:o1", "--database", "shop"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("5\n", UNREADABLE)
    assert main(["query", "--database", "shop", "--format", "jsonl"]) == 0
    printed = capsys.readouterr()
    assert (len(printed.out.splitlines()), printed.err) == (9, UNREADABLE)
    assert main(["stats", "--database", "shop"]) == 0
    assert "order.paid  9" in capsys.readouterr().out


def test_a_condition_on_what_the_mapping_does_not_have_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "trace:x", "actor:y", "-environment:z", "--database", "shop"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "0\n"
    assert "The mapping of audit has no actor and no trace: no event of it can be found by that.\n" in printed.err
    assert main(["count", "-trace:x", "entity:o1", "payload.a:1", "--database", "shop"]) == 0
    assert "mapping" not in capsys.readouterr().err


def test_bars_that_were_not_counted_are_told_from_empty_ones(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FIRST_WINDOW": 3, "LARGEST_WINDOW": 3, "WHOLE_SECONDS": 0.0, "WINDOWS_SECONDS": 0.0}.items():
        monkeypatch.setattr(tally, name, value)
    connection = sqlite3.connect(shop)
    connection.execute("CREATE INDEX by_time ON audit (at)")
    connection.close()
    assert main(["stats", "--database", "shop", "--bars", "12", "--format", "json"]) == 0
    drawn = json.loads(capsys.readouterr().out)["histogram"]
    since = datetime.fromisoformat(drawn["counted_since"])
    assert sum(bar["count"] for bar in drawn["bars"]) == 3
    assert main(["stats", "--database", "shop", "--bars", "12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for bar in drawn["bars"]:
        begin = datetime.fromisoformat(bar["since"])
        (line,) = (line for line in lines if line.startswith(f"{begin:%Y-%m-%d %H:%M:%S}"))
        assert ("░" in line) is (begin <= since)
    assert any(line.endswith("░ not counted") for line in lines)


def test_a_foreign_table_is_exported_and_the_export_is_a_log_of_ours(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported, log = tmp_path / "events.jsonl", tmp_path / "log.db"
    assert main(["query", "--database", "shop", "--output", str(exported)]) == 0
    assert main(["import", str(exported), "--into", str(log)]) == 0
    capsys.readouterr()
    assert main(["count", "--database", str(log)]) == 0
    assert capsys.readouterr().out == "9\n"


@pytest.mark.parametrize(
    "words",
    [
        ["prune", "--before", "2026-01-01", "--yes", "shop"],
        ["check", "shop"],
        ["check", "--repair", "shop"],
        ["import", "events.jsonl", "--into", "shop"],
    ],
    ids=lambda words: words[0],
)
def test_what_would_write_to_a_foreign_table_is_refused(
    words: list[str], shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.jsonl").write_text('{"id":"1","occurred_at":"2026-11-20T12:00:00Z","event_name":"X"}\n')
    before = shop.read_bytes()
    assert main(words) == 1
    assert "shop is the table audit of another program, which is only read." in capsys.readouterr().err
    assert shop.read_bytes() == before


def test_a_table_that_is_not_as_the_settings_say_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings_path().write_text(settings_path().read_text().replace('"object"', '"thing"'))
    assert main(["count", "--database", "shop"]) == 1
    assert capsys.readouterr().err == (
        "The table audit has no column thing.\n"
        "It has entry, at, action, object, details, rowid. Correct the settings file; `activity map` proposes what "
        "fits the table.\n"
    )


PROPOSED = """\
table = "audit"
time_unit = "iso"
time_zone = "UTC"

[databases.{name}.columns]
id = "entry"
occurred_at = "at"
event_name = "action"
entity_id = "object"
payload = "details"
"""


def test_map_proposes_a_section_and_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings_before, shop_before = settings_path().read_bytes(), shop.read_bytes()
    assert main(["map", str(shop), "--name", "other"]) == 0
    printed = capsys.readouterr()
    assert printed.out == f'[databases.other]\nurl = "{shop}"\n' + PROPOSED.format(name="other")
    assert printed.err == f"Guessed from the names and types of the columns and from 10 rows.\n{UNREADABLE}"
    assert (settings_path().read_bytes(), shop.read_bytes()) == (settings_before, shop_before)


def test_map_adds_the_section_to_the_settings_and_changes_nothing_there(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = "# mine\n" + settings_path().read_text()
    settings_path().write_text(before)
    assert main(["map", str(shop), "--name", "other", "--write"]) == 0
    assert capsys.readouterr().err.startswith(f"Written to {settings_path()}. Look at it with: activity other\n")
    after = settings_path().read_text()
    assert after.startswith(before.rstrip("\n"))
    assert PROPOSED.format(name="other") in after
    assert settings_path().stat().st_mode & 0o077 == 0
    assert main(["count", "--database", "other"]) == 0
    assert capsys.readouterr().out == "9\n"
    for words in (
        ["map", "other", "--write"],
        ["map", "shop", "--write"],
        ["map", str(shop), "--name", "shop", "--write"],
    ):
        assert main(words) == 2
        assert "already: nothing was written.\nChoose another name for it: --name NAME\n" in capsys.readouterr().err
    assert settings_path().read_text() == after


def test_map_completes_a_database_that_has_a_name_only(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings_path().write_text(f'[databases.shop]\nurl = "{shop}"\n')
    assert main(["map", "shop", "--table", "audit", "--write"]) == 0
    assert settings_path().read_text().startswith(f'[databases.shop]\nurl = "{shop}"\n' + PROPOSED.format(name="shop"))


def test_map_says_that_there_is_no_such_table(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", str(shop), "--table", "none"]) == 1
    assert "has no table of that name.\nIt has audit: name one with --table TABLE.\n" in capsys.readouterr().err


def test_map_takes_a_name_with_a_blank_as_it_is(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(shop) as connection:
        connection.execute('ALTER TABLE audit RENAME TO "Log Entries"')
    connection.close()
    for name in ("Log Entries", '"Log Entries"', "main.Log Entries"):
        assert main(["map", str(shop), "--table", name, "--name", "other"]) == 0
        assert "Log Entries" in capsys.readouterr().out
    assert main(["map", str(shop), "--table", 'a "b"']) == 2
    assert "Write it as it is, or as in the settings" in capsys.readouterr().err


def test_map_writes_where_a_database_is_that_was_named_by_its_section_or_from_its_folder(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    assert main(["map", "shop", "--name", "other", "--write"]) == 0
    assert main(["map", shop.name, "--name", "third", "--write"]) == 0
    assert settings_path().read_text().count(f'url = "{shop}"\n') == 3
    monkeypatch.chdir("/")
    capsys.readouterr()
    for name in ("other", "third"):
        assert main(["count", "--database", name]) == 0
        assert capsys.readouterr().out == "9\n"


def test_map_keeps_the_line_ends_of_the_settings_and_a_link_to_them(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    before = settings_path().read_text().replace("\n", "\r\n").encode()
    elsewhere.write_bytes(before)
    settings_path().unlink()
    settings_path().symlink_to(elsewhere)
    assert main(["map", str(shop), "--name", "other", "--write"]) == 0
    assert settings_path().is_symlink()
    after = elsewhere.read_bytes()
    assert after.startswith(before.rstrip())
    assert b"[databases.other]\r\n" in after
    assert b"\n" not in after.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:geheim@h/db", ["The password is left out here"]),
        ("postgresql://u@h/db?sslmode=verify-full", ["The options are left out here"]),
        ("postgresql://u:geheim@h/db?sslmode=verify-full", ["The password and the options are left out here"]),
        ("postgresql://u@h/db", []),
    ],
)
def test_map_says_what_of_a_url_is_not_printed(
    url: str, said: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"id": "id", "occurred_at": "at", "event_name": "what"}

    async def proposed(*_: object) -> Proposal:
        return Proposal(table="audit", columns=columns, time_unit="iso", notes=())

    monkeypatch.setattr("explorer.commands.map_table.propose_mapping", proposed)
    assert main(["map", url]) == 0
    printed = capsys.readouterr()
    assert printed.err == "".join(f"{each}: --write writes the URL as it was given.\n" for each in said)
    assert "geheim" not in printed.out + printed.err


def test_map_leaves_to_be_filled_in_what_neither_names_nor_values_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE z (nr INTEGER PRIMARY KEY, p1 TEXT, p2 TEXT)")
    connection.executemany("INSERT INTO z (p1, p2) VALUES (?, ?)", [("2026-11-20 12:00:00", "x 1")] * 9)
    connection.commit()
    connection.close()
    assert main(["map", str(path), "--table", "z"]) == 0
    printed = capsys.readouterr()
    assert '# event_name = "..."   to be filled in: the column that says what happened\n' in printed.out
    assert 'occurred_at = "p1" # told by its values alone: the column with the time?\n' in printed.out
    assert "Nothing tells where event_name stands: " in printed.err
    assert "By their values alone, not by their names, were chosen: occurred_at. Look at them." in printed.err
    assert main(["map", str(path), "--table", "z", "--write"]) == 1
    assert "Written to" not in capsys.readouterr().err
    assert main(["map", str(path)]) == 1
