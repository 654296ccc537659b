"""Exports from the command line: everything a filter means, whole or not at all, and the same again after an import."""

import csv
import errno
import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from explorer.__main__ import main
from explorer.export import pages
from explorer.export.columns import columns_of
from explorer.export.compression import compressor
from explorer.export.csv import Csv
from explorer.export.file import AtomicFile
from store import Actor, Entity, Event, StoreError
from store.formats import parse_line, write_line
from tests.builders import NOON, make_event

ROOT = Path(__file__).resolve().parent.parent.parent
HOSTILE = 'a\x1b]52;c;aGk=\x07\u202e[red]"|`\n=1\ud800'

EVENTS = [
    make_event(
        number,
        occurred_at=NOON + timedelta(microseconds=number // 40),  # more than there are slots in a microsecond
        event_name=("CUSTOMER_CREATED", "SUBSCRIPTION_UPDATED")[number % 2],
        entity=Entity(type="CUSTOMER", id=f"customer-{number % 5}", name="Acme"),
        actor=Actor(type="USER", email="ops@acme.example", more='{"role":"owner"}') if number % 3 else None,
        payload=f'{{"number": {number}, "price":1.10}}',
    )
    for number in range(100)
]
ODD = make_event(
    99_999, id=HOSTILE, event_name=HOSTILE, trace_id="=SUM(A1)", entity=Entity(name=HOSTILE), payload='{"a" : 1e999}'
)


def lines_of(events: list[Event]) -> bytes:
    return "".join(f"{write_line(event)}\n" for event in events).encode()


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Two addresses at which logs can be made."""
    if request.param == "sqlite":
        yield [str(tmp_path / "one.db"), str(tmp_path / "other.db")]
        return
    server = request.getfixturevalue("postgres_server")
    urls = [server.create_database(), server.create_database()]
    yield urls
    for url in urls:
        server.drop_database(url)


@pytest.fixture
def log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The path of a log that holds EVENTS and ODD."""
    return made_log(tmp_path, [*EVENTS, ODD], capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where exports go: nothing else lies there."""
    (tmp_path / "exports").mkdir()
    return tmp_path / "exports"


def made_log(tmp_path: Path, events: list[Event], capsys: pytest.CaptureFixture[str]) -> str:
    source = tmp_path / "source.jsonl"
    source.write_bytes(lines_of(events))
    assert main(["import", str(source), "--into", str(tmp_path / "log.db")]) == 0
    capsys.readouterr()
    return str(tmp_path / "log.db")


def export(log: str, path: Path, *words: str) -> int:
    return main(["query", "since:all", *words, "--database", log, "--output", str(path)])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_exported_imported_and_exported_again_is_the_same_to_the_byte(
    databases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FIRST_EVENTS", 7)
    monkeypatch.setattr(pages, "MOST_EVENTS", 7)
    one, other = databases
    source, first, second = (tmp_path / name for name in ("source.jsonl", "first.jsonl", "second.jsonl"))
    shuffled = [*EVENTS[50:], ODD, *EVENTS[:50]]
    source.write_bytes(lines_of(shuffled))
    assert main(["import", str(source), "--into", one]) == 0
    assert export(one, first) == 0
    assert main(["import", str(first), "--into", other]) == 0
    assert export(other, second) == 0
    assert second.read_bytes() == first.read_bytes()
    assert [parse_line(line) for line in first.read_bytes().split(b"\n")[:-1]] == sorted(
        shuffled, key=lambda event: event.occurred_at
    )


def test_everything_a_text_filter_means_is_exported(
    databases: list[str], tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.jsonl"
    source.write_bytes(lines_of(EVENTS))
    assert main(["import", str(source), "--into", databases[0]]) == 0
    monkeypatch.setattr("store.text_search.SEARCH_SECONDS", 0.0)  # every page is an unfinished one
    monkeypatch.setattr("store.text_scan.FIRST_WINDOW", 3)
    monkeypatch.setattr("store.text_scan.LARGEST_WINDOW", 3)
    assert export(databases[0], folder / "found.jsonl", "subscription.upd") == 0
    assert (folder / "found.jsonl").read_bytes() == lines_of(EVENTS[1::2])
    assert export(databases[0], folder / "newest.jsonl", "subscription.upd", "--limit", "9") == 0
    assert (folder / "newest.jsonl").read_bytes() == lines_of(EVENTS[1::2][-9:])


@pytest.mark.parametrize("limit", [1, 40, 101, 1000])
def test_a_limit_takes_the_newest_events(limit: int, log: str, folder: Path) -> None:
    assert export(log, folder / "some.jsonl", "--limit", str(limit)) == 0
    assert (folder / "some.jsonl").read_bytes() == lines_of([*EVENTS, ODD][-limit:])


def test_an_output_that_is_standard_output_has_the_order_of_a_file(log: str) -> None:
    printed = subprocess.run(
        [
            sys.executable,
            "-m",
            "explorer",
            "query",
            "since:all",
            "--format",
            "jsonl",
            "--output",
            "-",
            "--database",
            log,
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert printed.stdout == lines_of([*EVENTS, ODD])


def test_a_name_says_how_the_file_is_compressed_and_the_same_events_are_the_same_bytes(log: str, folder: Path) -> None:
    for name in ("a.jsonl", "a.jsonl.gz", "b.jsonl.gz", "a.jsonl.zst"):
        assert export(log, folder / name) == 0
    plain = (folder / "a.jsonl").read_bytes()
    assert gzip.decompress((folder / "a.jsonl.gz").read_bytes()) == plain
    assert (folder / "b.jsonl.gz").read_bytes() == (folder / "a.jsonl.gz").read_bytes()
    zstd = compressor("x.zst")
    assert (folder / "a.jsonl.zst").read_bytes() == zstd.compress(plain) + zstd.flush()


def test_what_a_file_is_stands_beside_it(log: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(log, folder / "a.csv", "entity:customer-1", "--columns", "id,payload") == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "20 events written to" in printed.err
    assert names(folder) == ["a.csv", "a.csv.about.json"]
    about = json.loads((folder / "a.csv.about.json").read_text())
    exported_at = about.pop("exported_at")
    assert exported_at.endswith("Z")
    assert about == {
        "filter": "since:all entity:customer-1",
        "time_zone": "UTC",
        "events": 20,
        "format": "csv",
        "columns": ["id", "payload"],
    }


def test_csv_has_the_chosen_columns_and_no_formula(log: str, folder: Path) -> None:
    assert export(log, folder / "a.csv", "--columns", "trace_id,id,event,link,payload") == 0
    with (folder / "a.csv").open(newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["trace_id", "id", "event", "link", "payload"]
    assert rows[0] == [
        "",
        "event-0",
        "Customer created",
        "activity://-/event-0?at=2026-11-20T12:00:00Z",
        EVENTS[0].payload,
    ]
    assert rows[-1][:2] == ["'=SUM(A1)", HOSTILE.replace("\ud800", "\\ud800")]
    assert rows[-1][-1] == ODD.payload
    for sign in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20":
        formula = make_event(1, trace_id=f"{sign}1+1")
        text = Csv(columns_of(["trace_id"], None)).write([formula]).decode()
        assert next(csv.reader(io.StringIO(text, newline=""))) == [f"'{sign}1+1"]


def test_paths_of_the_payload_are_columns_of_every_table(tmp_path: Path, folder: Path) -> None:
    payload = (
        '{"plan": {"id": "=1+1", "price": 10.50}, "tags": ['
        + '"x", ' * 30
        + '"y"], "a,b": null, "more": [{}, {"c": 1}]}'
    )
    events = [make_event(1, payload=payload), make_event(2, payload="[]"), make_event(3, payload=None)]
    (tmp_path / "paths.jsonl").write_bytes(lines_of(events))
    database = str(tmp_path / "paths.db")
    assert main(["import", str(tmp_path / "paths.jsonl"), "--into", database]) == 0
    asked = 'id,payload.plan.id,payload.plan.price:9, payload.tags,payload."a,b",payload.more,payload.gone'
    header = ["id", *(f"payload.{path}" for path in ("plan.id", "plan.price", "tags", '"a,b"', "more", "gone"))]
    row = ["event-1", "=1+1", "10.50", "x, " * 30 + "y", "null", "{}, {…}", ""]
    assert export(database, folder / "a.csv", "--columns", asked) == 0
    with (folder / "a.csv").open(newline="", encoding="utf-8") as lines:
        assert list(csv.reader(lines)) == [
            header,
            ["event-1", "'=1+1", *row[2:]],
            ["event-2", *[""] * 6],
            ["event-3", *[""] * 6],
        ]
    assert export(database, folder / "a.md", "--columns", asked) == 0
    text = (folder / "a.md").read_text()
    assert "| id | `payload.plan.id` | `payload.plan.price` |" in text
    assert f"| {' | '.join(f'`{cell}`' for cell in row[:-1])} |  |" in text
    parquet = pytest.importorskip("pyarrow.parquet")
    assert export(database, folder / "a.parquet", "--columns", asked) == 0
    assert parquet.read_table(folder / "a.parquet").to_pylist()[0] == dict(zip(header, row, strict=True))


def test_parquet_holds_all_of_an_event_and_says_what_it_is(log: str, folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert export(log, folder / "a.parquet") == 0
    assert names(folder) == ["a.parquet"]
    table = parquet.read_table(folder / "a.parquet")
    rows = table.to_pylist()
    assert len(rows) == 101
    assert rows[0]["occurred_at"] == EVENTS[0].occurred_at
    assert (rows[1]["id"], rows[1]["actor_more"], rows[1]["payload"]) == (
        "event-1",
        '{"role":"owner"}',
        EVENTS[1].payload,
    )
    assert rows[0]["actor_email"] is None
    assert rows[-1]["id"] == HOSTILE.replace("\ud800", "\\ud800")
    about = json.loads(parquet.read_metadata(folder / "a.parquet").metadata[b"activity"])
    assert (about["events"], about["filter"], about["time_zone"]) == (101, "since:all", "UTC")


def test_parquet_without_pyarrow_says_what_to_install(
    log: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert export(log, folder / "a.parquet") == 2
    assert capsys.readouterr().err == (
        "To write Parquet, the package pyarrow is needed.\nInstall it: pip install pyarrow\n"
    )
    assert names(folder) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--output", "x.txt"], "does not say its format"),
        (["--output", "x.parquet.gz"], "compressed within itself"),
        (["--output", "x.jsonl", "--columns", "id"], "have no columns"),
        (["--output", "x.csv", "--columns", "id,time"], "The columns must not name time: there are occurred_at"),
        (["--output", "x.csv", "--columns", "id,id"], "must name id once, not twice"),
        (["--output", "x.csv", "--columns", ""], "The columns must name columns"),
        (["--output", "x.csv", "--format", "table"], "A table is for reading"),
        (["--columns", "id,payload."], "must have paths that can be read"),
        (["--columns", ""], "The columns must name columns"),
    ],
)
def test_an_export_that_cannot_be_is_told_and_nothing_is_written(
    words: list[str],
    said: str,
    log: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    assert main(["query", "since:all", "--database", log, *words]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, names(folder)) == ("", [])


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    log: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(path: Path) -> str:
        assert export(log, path, "--format", "jsonl") == 1
        return capsys.readouterr().err

    assert "is a folder." in told(folder)
    assert "lies in no folder that exists." in told(folder / "no" / "a.jsonl")
    assert "cannot be written: File name too long." in told(folder / ("a" * 300))
    (folder / "there.jsonl").write_text("mine")
    assert "exists already." in told(folder / "there.jsonl")
    assert (folder / "there.jsonl").read_text() == "mine"
    assert "is no file." in told(Path("/dev/null"))
    assert names(folder) == ["there.jsonl"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("ENOSPC", "There is no space left for"),
        ("EROFS", "may not be written."),
        ("EIO", "cannot be written: Input/output"),
    ],
)
@pytest.mark.parametrize("moment", ["open", "write", "fsync", "replace", "second replace"])
def test_a_disk_that_fails_leaves_no_file(
    number: str,
    said: str,
    moment: str,
    log: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        code = getattr(errno, number)
        raise OSError(code, os.strerror(code))

    opened = Path.open

    def open_failing(path: Path, *arguments: str, **options: str) -> object:
        if not path.name.endswith(".part"):
            return opened(path, *arguments, **options)
        if moment == "open":
            fail()
        written = opened(path, *arguments, **options)
        return Mock(wraps=written, write=fail)

    if moment == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    elif moment == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    elif moment == "second replace":
        replace = Path.replace
        monkeypatch.setattr(Path, "replace", lambda path, name: replace(path, name) if "about" in name.name else fail())
    else:
        monkeypatch.setattr(Path, "open", open_failing)
    assert export(log, folder / "a.jsonl") == 1
    monkeypatch.undo()
    assert said in capsys.readouterr().err
    assert names(folder) == []


def test_replace_writes_over_what_is_there_and_follows_a_link(log: str, folder: Path) -> None:
    (folder / "there.jsonl").write_text("mine")
    (folder / "link.jsonl").symlink_to(folder / "there.jsonl")
    assert export(log, folder / "link.jsonl", "--replace") == 0
    assert (folder / "link.jsonl").is_symlink()
    assert (folder / "there.jsonl").read_bytes() == lines_of([*EVENTS, ODD])


def test_a_file_that_is_replaced_keeps_its_mode_from_the_beginning(tmp_path: Path) -> None:
    place, modes = tmp_path / "secret.csv", []
    for mode in (0o600, 0o444, 0o664):
        place.write_text("mine")
        place.chmod(mode)
        file = AtomicFile(place, replaces=True)
        (written,) = (path for path in tmp_path.iterdir() if path != place)
        assert stat.S_IMODE(written.stat().st_mode) == mode
        file.write(b"new")
        file.finish()
        file.commit()
        modes.append(stat.S_IMODE(place.stat().st_mode))
        assert place.read_bytes() == b"new"
        place.unlink()
    assert modes == [0o600, 0o444, 0o664]


def test_a_log_that_breaks_off_leaves_no_file(
    log: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.sql_repository import SqlEventRepository

    page = SqlEventRepository.page
    asked: list[object] = []

    async def breaking(self: SqlEventRepository, *question: object) -> object:
        asked.append(question)
        if len(asked) > 2:
            raise StoreError("The connection is gone.")
        return await page(self, *question)

    monkeypatch.setattr(pages, "FIRST_EVENTS", 7)
    monkeypatch.setattr(SqlEventRepository, "page", breaking)
    assert export(log, folder / "a.jsonl") == 1
    assert "The connection is gone." in capsys.readouterr().err
    assert names(folder) == []


SLOW = """
import sys, time
from explorer.export import pages
from explorer.export.jsonl import JsonLines
from explorer.__main__ import main
write, begun = JsonLines.write, []
def slow(self, events):
    if not begun:
        begun.append(print("begun", flush=True))
    time.sleep(0.05)
    return write(self, events)
JsonLines.write = slow
pages.FIRST_EVENTS = pages.MOST_EVENTS = 1
sys.exit(main(sys.argv[1:]))
"""


def exporting_slowly(log: str, folder: Path, *program: str) -> "subprocess.Popen[str]":
    """An export that has begun, and takes seconds. It is started by `program`, if any is given."""
    words = ["query", "since:all", "--database", log, "--output", str(folder / "a.jsonl")]
    process = subprocess.Popen(
        [*program, sys.executable, "-c", SLOW, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    assert names(folder)
    assert "a.jsonl" not in names(folder)
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_stopped_export_leaves_nothing_behind(number: signal.Signals, code: int, log: str, folder: Path) -> None:
    process = exporting_slowly(log, folder)
    process.send_signal(number)
    printed, said = process.communicate()
    assert (process.returncode, printed, said) == (code, "", "Interrupted: a.jsonl was not written.\n")
    assert names(folder) == []


def test_an_export_that_shall_outlive_its_terminal_does(log: str, folder: Path) -> None:
    process = exporting_slowly(log, folder, "sh", "-c", 'trap "" HUP; exec "$@" --limit 20', "sh")
    process.send_signal(signal.SIGHUP)
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert len((folder / "a.jsonl").read_bytes().splitlines()) == 20


def test_an_export_of_nothing_is_an_empty_file_and_says_why(
    log: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(log, folder / "a.jsonl", "entity_type:custmer") == 0
    assert (folder / "a.jsonl").read_bytes() == b""
    said = capsys.readouterr().err
    assert "Did you mean entity_type:customer?" in said
    assert "0 events written to" in said


@pytest.mark.parametrize(("ending", "said"), [(".csv", '"masked": "support"'), (".md", "Masked: `support`")])
def test_what_is_exported_from_a_masked_log_says_so(
    ending: str, said: str, log: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text("[masking.support]\n")
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("ACTIVITY_MASK", "")  # which --mask sets, and which is undone with it
    words = ["query", "since:all", "--database", log, "--output", str(tmp_path / f"a{ending}")]
    masks: list[list[str]] = [[], ["--mask", "support", "--replace"]]
    for mask, is_masked in zip(masks, (False, True), strict=True):
        assert main([*words, *mask]) == 0
        told = (tmp_path / "a.csv.about.json" if ending == ".csv" else tmp_path / f"a{ending}").read_text()
        assert (said in told) == is_masked
