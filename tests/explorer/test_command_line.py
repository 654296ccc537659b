"""The command line: what it prints where, its exit codes, and what it never does."""

import csv
import gzip
import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

import pytest

from explorer.__main__ import main
from explorer.commands import import_reading, query
from explorer.commands.explore import launch
from explorer.commands.words import COMMANDS, VERSION, read_words
from explorer.export import pages
from store import Actor, Choice, DatabaseNotFound, Entity, Event, EventFilter, formats, parse_filter, write_filter
from store.formats import parse_line, write_line
from tests.builders import make_event

ROOT = Path(__file__).resolve().parent.parent.parent
HOSTILE = 'a\x1b]52;c;aGk=\x07\u202e[red]"\n=1'
EVENTS = [
    make_event(
        number,
        event_name=("CUSTOMER_CREATED", "SUBSCRIPTION_UPDATED")[number % 2],
        entity=Entity(type="CUSTOMER", id=f"customer-{number % 5}", name="Acme"),
        actor=Actor(type="USER", id="u-1", email="ops@acme.example", more='{"role":"owner"}'),
        trace_id=f"trace-{number}",
        payload=f'{{"number": {number}, "price":1.10}}',
    )
    for number in range(40)
]
ODD = make_event(99, id=HOSTILE, event_name=HOSTILE, trace_id="=SUM(A1)", entity=Entity(name=HOSTILE))


class Terminal(io.TextIOWrapper):
    """An output that says it is a terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        self.flush()
        written = self.buffer
        assert isinstance(written, io.BytesIO)
        return written.getvalue().decode()


def run(*words: str, stdout: int | IO[str] = subprocess.PIPE, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """`activity` as a process of its own, without a terminal and in a locale that is not UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "explorer", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"},
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )


def write_events(path: Path, events: list[Event]) -> str:
    """A JSON Lines file of these events."""
    path.write_text("".join(f"{write_line(event)}\n" for event in events), encoding="utf-8")
    return str(path)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address at which a log can be made."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return str(tmp_path / "log.db")


@pytest.fixture
def log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The path of a log that holds EVENTS and ODD."""
    path = str(tmp_path / "log.db")
    assert main(["import", write_events(tmp_path / "events.jsonl", [*EVENTS, ODD]), "--into", path]) == 0
    capsys.readouterr()
    return path


def test_import_count_and_query_agree_on_both_databases(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_events(tmp_path / "events.jsonl", [*EVENTS, ODD])
    assert main(["import", file, "--into", database]) == 0
    assert re.search(r"^stored +41$", capsys.readouterr().out, re.MULTILINE)
    assert main(["count", "since:all", "--database", database]) == 0
    assert capsys.readouterr().out == "41\n"
    assert main(["query", "since:all", "--database", database, "--format", "jsonl"]) == 0
    assert [parse_line(line) for line in capsys.readouterr().out.split("\n")[:-1]] == [ODD, *reversed(EVENTS)]


def test_texts_and_payload_values_are_printed_and_counted_to_the_end(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["import", write_events(tmp_path / "events.jsonl", EVENTS), "--into", database]) == 0
    capsys.readouterr()
    monkeypatch.setattr("store.text_search.SEARCH_SECONDS", 0.0)  # every page and every count is an unfinished one
    monkeypatch.setattr("store.text_scan.FIRST_WINDOW", 3)
    monkeypatch.setattr("store.text_scan.LARGEST_WINDOW", 3)
    found = {
        "subscription.upd": EVENTS[1::2],
        "text:nothing": [],
        "payload.number:7": [EVENTS[7]],
        r'text:"\"price\":1.10"': EVENTS,
        "-payload.number:7 customer-2": [event for event in EVENTS[2::5] if event != EVENTS[7]],
    }
    for words, events in found.items():
        asked = ["since:all", *words.split(), "--database", database]
        assert main(["query", *asked, "--format", "jsonl"]) == 0
        assert [parse_line(line) for line in capsys.readouterr().out.split("\n")[:-1]] == events[::-1]
        assert main(["count", *asked]) == 0
        assert capsys.readouterr().out == f"{len(events)}\n"
    assert main(["query", "since:all", "CUSTOMER", "--limit", "7", "--format", "jsonl", "--database", database]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 7


def test_a_long_search_says_on_a_terminal_how_far_it_has_come(
    log: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("store.text_search.SEARCH_SECONDS", 0.0)
    monkeypatch.setattr("store.text_scan.FIRST_WINDOW", 10)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["count", "since:all", "text:nothing", "--database", log]) == 0
    assert capsys.readouterr().out == "0\n"
    assert "\r\x1b[KSearched back to 2026-11-20 12:00:" in terminal.text()
    assert terminal.text().endswith("\r\x1b[K")


@pytest.mark.parametrize("command", ["query", "count", "stats"])
def test_a_terminal_says_that_any_of_several_texts_is_enough(
    command: str, log: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "since:all", "subscription.upd", "customer-2", "--database", log]) == 0
    assert capsys.readouterr().err == ""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main([command, "since:all", "price", "--database", log]) == 0
    assert "enough" not in terminal.text()
    assert main([command, "since:all", "subscription.upd", "customer-2", "--database", log]) == 0
    assert terminal.text().endswith(
        "Any of the 2 texts is enough. To look for them as one: 'text:\"subscription.upd customer-2\"'\n"
    )


@pytest.mark.parametrize("text", ["it's broken", 'say "hi"', "cost $HOME `date` !!", "back\\\\slash"])
def test_what_looks_for_several_texts_as_one_can_be_given_to_a_shell(
    text: str, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    texts = [write_filter(EventFilter(texts=Choice(included=(word,)))) for word in text.split()]
    assert main(["count", "since:all", *texts, "more", "--database", log]) == 0
    shown = terminal.text().partition("To look for them as one: ")[2]
    (condition,) = shlex.split(shown.strip())
    assert parse_filter(condition).texts.included == (f"{' '.join(text.split())} more",)


@pytest.mark.parametrize("text", ["x" * 70, "\x1b[31mred", "\u202ered"])
def test_nothing_is_said_of_looking_for_texts_as_one_that_cannot_be_shown_as_they_are(
    text: str, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["count", "since:all", text, "more", "--database", log]) == 0
    assert terminal.text().endswith("Any of the 2 texts is enough.\n")


def test_an_import_can_be_repeated(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write_events(tmp_path / "events.jsonl", EVENTS)
    assert main(["import", file, "--into", database]) == 0
    assert main(["import", file, "--into", database]) == 0
    assert re.search(r"^stored +0\nrepeated +40$", capsys.readouterr().out, re.MULTILINE)


def test_rejected_lines_are_reported_with_number_and_reason_and_the_rest_goes_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write_line(EVENTS[0])
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(["{}", good, "", "\x1b[31m", *["7"] * 30]))
    assert main(["import", str(file), "--into", str(tmp_path / "log.db")]) == 0
    report = capsys.readouterr().out
    assert re.search(r"^read +33$", report, re.MULTILINE)
    assert re.search(r"^rejected +32$", report, re.MULTILINE)
    assert '  line 1: "id" is missing.\n  line 4: The line is not a JSON object.\n  line 5: ' in report
    assert "  lines 23-34: The line is not a JSON object.\n" in report


def test_an_import_of_nothing_but_mistakes_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("no\n")
    assert main(["import", str(file), "--into", str(tmp_path / "log.db")]) == 1


def test_an_import_reads_gzip_and_standard_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "".join(f"{write_line(event)}\n" for event in EVENTS)
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.encode()))
    database = str(tmp_path / "log.db")
    assert main(["import", str(packed), "--into", database]) == 0
    piped = run("import", "-", "--into", database, stdin=lines)
    assert (piped.returncode, piped.stderr) == (0, "")
    assert re.search(r"^repeated +40$", piped.stdout, re.MULTILINE)


def test_a_damaged_gzip_file_fails_and_says_what_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_reading, "BATCH_EVENTS", 10)
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress("".join(f"{write_line(event)}\n" for event in EVENTS).encode())[:-9])
    assert main(["import", str(packed), "--into", str(tmp_path / "log.db")]) == 1
    said = capsys.readouterr().err
    assert "damaged or end too early" in said
    assert "Running the same import again adds only what is missing." in said


def test_an_interrupted_import_says_what_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_reading, "BATCH_EVENTS", 10)
    outcomes = formats.LogSource.outcomes

    def interrupted(source: formats.LogSource) -> Iterator[object]:
        yield from islice(outcomes(source), 15)
        raise KeyboardInterrupt

    monkeypatch.setattr(formats.LogSource, "outcomes", interrupted)
    database = str(tmp_path / "log.db")
    assert main(["import", write_events(tmp_path / "events.jsonl", EVENTS), "--into", database]) == 130
    assert "Interrupted. At least 10 events of this import are in the log." in capsys.readouterr().err
    assert main(["count", "since:all", "--database", database]) == 0
    assert capsys.readouterr().out == "10\n"


def test_an_exclusion_is_a_filter_and_words_and_options_mix(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "-actor:ops@acme.example", "since:all", "--database", log]) == 0
    assert capsys.readouterr().out == "1\n"
    assert main(["count", "entity:customer-3", "--database", log, "-name:customer.created", "since:all"]) == 0
    assert capsys.readouterr().out == "4\n"


def test_the_default_filter_is_the_last_30_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    events = [make_event(1, occurred_at=now - timedelta(days=1)), make_event(2, occurred_at=now - timedelta(days=31))]
    database = str(tmp_path / "log.db")
    assert main(["import", write_events(tmp_path / "events.jsonl", events), "--into", database]) == 0
    capsys.readouterr()
    assert main(["count", "--database", database]) == 0
    assert capsys.readouterr().out == "1\n"


@pytest.mark.parametrize("limit", [1, 7, 40, 41, 1000])
def test_a_limit_holds_across_pages(
    limit: int, log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FIRST_EVENTS", 6)
    monkeypatch.setattr(pages, "MOST_EVENTS", 6)
    assert main(["query", "since:all", "--database", log, "--format", "jsonl", "--limit", str(limit)]) == 0
    ids = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    assert ids == [event.id for event in [ODD, *reversed(EVENTS)]][:limit]


def test_a_table_is_whole_in_a_pipe_and_cut_on_a_terminal(
    log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["query", "since:all", "entity:customer-1", "--database", log]) == 0
    header, first, *_ = capsys.readouterr().out.split("\n")
    assert header.split()[:3] == ["time", "(UTC)", "event"]
    for part in (
        "2026-11-20 12:00:36.000",
        "Customer created",
        "customer-1",
        "ops@acme.example",
        "trace-36",
        "event-36",
    ):
        assert part in first
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["query", "since:all", "entity:customer-1", "--database", log]) == 0
    assert max(map(len, terminal.text().split("\n"))) <= 60


def test_a_printed_table_has_the_chosen_columns_and_paths_of_the_payload(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads = ({"plan": {"id": "plan-growth"}, "tags": ["a", "b"]}, {"plan": "\x1b[31m" + "long " * 20})
    events = [make_event(number, payload=json.dumps(payload)) for number, payload in enumerate(payloads)]
    database = str(tmp_path / "log.db")
    assert main(["import", write_events(tmp_path / "events.jsonl", events), "--into", database]) == 0
    capsys.readouterr()
    asked = [
        "query",
        "since:all",
        "--database",
        database,
        "--columns",
        "id,payload.plan:12,payload.plan.id,payload.tags",
    ]
    assert main(asked) == 0
    header, second, first, _ = capsys.readouterr().out.split("\n")
    assert header.split() == ["id", "payload.plan", "payload.plan.id", "payload.tags"]
    assert first.split() == ["event-0", "{…}", "plan-growth", "a,", "b"]
    assert second.split()[:3] == ["event-1", "\\x1b[31mlong", "long"]
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(asked) == 0
    assert max(map(len, terminal.text().split("\n"))) <= 50
    assert "\\x1b[31mlon…" in terminal.text()


@pytest.mark.parametrize(
    ("columns", "named", "shown"),
    [
        (30, [], "2026-11-20 10:02:00  "),
        (89, [], "2026-11-20 10:02:00  "),
        (90, [], "2026-11-20 10:02:00.001234  "),
        (30, ["--columns", "occurred_at,id"], "2026-11-20 10:02:00.001234  "),
    ],
)
def test_a_time_is_never_cut_but_to_the_second(
    columns: int, named: list[str], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(occurred_at=datetime(2026, 11, 20, 10, 2, 0, 1234, UTC))
    database = str(tmp_path / "log.db")
    assert main(["import", write_events(tmp_path / "events.jsonl", [event]), "--into", database]) == 0
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["query", "since:all", "--database", database, *named]) == 0
    assert terminal.text().split("\n")[1].startswith(shown)


@pytest.mark.parametrize("format_name", ["table", "jsonl", "csv"])
def test_nothing_in_an_event_reaches_a_terminal_as_a_command(
    format_name: str, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["query", "since:all", "--database", log, "--format", format_name]) == 0
    assert all(sign.isprintable() or sign in "\r\n" for sign in terminal.text())


def test_jsonl_on_a_terminal_is_the_same_json(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["query", "since:all", "--database", log, "--format", "jsonl", "--limit", "1"]) == 0
    assert parse_line(terminal.text()) == ODD


def test_csv_reads_back_and_disarms_formulas(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "since:all", "--database", log, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert len(rows) == 41
    assert (rows[0]["id"], rows[0]["trace_id"]) == (HOSTILE, "'=SUM(A1)")
    assert json.loads(rows[1]["payload"]) == {"number": 39, "price": 1.1}
    assert (rows[1]["occurred_at"], rows[1]["actor_more"]) == ("2026-11-20T12:00:39Z", '{"role":"owner"}')


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    database = str(tmp_path / "log.db")
    event = make_event(entity=Entity(name="Ünal · 株式会社"))
    assert run("import", write_events(tmp_path / "events.jsonl", [event]), "--into", database).returncode == 0
    printed = run("query", "since:all", "--database", database, "--format", "jsonl")
    assert parse_line(printed.stdout) == event


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["query", "nme:x"], "  nme:x\n  ^^^\n"),
        (["count", "name:a", "-entyti:b"], "  name:a -entyti:b\n          ^^^^^^\n"),
        (["query", "--frmat", "csv"], "there is no option --frmat"),
        (["quer", "--database", "demo"], "activity: there is no command quer. Did you mean query?"),
        (["prun", "--before", "-3d", "x.db"], "Did you mean prune?"),
        (["log.db", "--database", "demo"], "there is no option --database"),
        (["query", "--limit", "0"], "1 or more"),
        (["query", "--format", "xml"], "'xml'"),
        (["open"], "LINK"),
        (["open", "activity://x", "x.db"], "link"),
        (["import", "x.jsonl"], "--into"),
        (["a.db", "b.db"], "one word too many"),
        (["demo"], "needs a terminal"),
    ],
)
def test_wrong_usage_is_told_on_standard_error_with_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(words) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_the_fields_that_there_are_stand_in_lines_of_80(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "colour:x"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 80
    assert "belongs_to, text, payload; write one as field:value" in " ".join(lines)


@pytest.mark.parametrize("command", ["query", "count", "stats", "tail"])
@pytest.mark.parametrize("word", ["demo", "log.db", "shop"])
def test_a_database_that_was_taken_for_a_text_is_told_of(
    command: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text('[databases.shop]\nurl = "shop.db"\n')
    (tmp_path / "log.db").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACTIVITY_SETTINGS", "settings.toml")
    assert main([command, "since:all", word]) == 1
    said = capsys.readouterr().err
    assert said.startswith("No database is named.\n")
    assert said.endswith(f"\n{word} was taken for a text to look for. To name a database, write --database {word}\n")
    assert main([command, "since:all", "x" * 5_000, "text:declined"]) == 1
    assert "was taken for" not in capsys.readouterr().err
    assert main([command, word, "--database", "absent.db"]) == 1
    assert "was taken for" not in capsys.readouterr().err


def test_a_failure_is_one_sentence_with_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["count", "--database", str(tmp_path / "no.db")], ["count"], ["import", "no", "--into", "x.db"]):
        assert main(words) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert 0 < len(printed.err.splitlines()) <= 3
        assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "words",
    [
        ["count", "--database", "{url}"],
        ["query", "{url}"],
        ["import", "/dev/null", "--into", "{url}"],
        ["--database", "{url}"],
        ["x.db", "{url}"],
        ["query", "--limit", "{url}"],
        ["query", "--format={url}"],
        ["count", "--database", "postgresql+nonsense://reader:geheim@host/log"],
        ["count", "--database", "postgres:reader:geheim@host"],
    ],
)
def test_a_password_is_never_shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://reader:geheim@127.0.0.1:1/log"
    assert main([word.format(url=url) for word in words]) in (1, 2)
    printed = capsys.readouterr()
    assert printed.err
    assert "geheim" not in printed.out + printed.err


def test_interrupting_is_silent_with_code_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(query, "query", interrupt)
    assert main(["query"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_seen_enough_ends_a_query_quietly(log: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed_pipe:
        ended = run("query", "since:all", "--database", log, stdout=closed_pipe)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["query", "since:all"], ["count"]])
def test_an_output_that_cannot_be_written_is_a_failure(words: list[str], log: str) -> None:
    command = words if words[0].startswith("-") else [*words, "--database", log]
    with Path("/dev/full").open("w") as full:
        ended = run(*command, stdout=full)
    assert ended.returncode == 1
    assert ended.stderr == "The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("words", [["query", "since:all"], ["count"]])
def test_query_and_count_never_load_textual(words: list[str], log: str) -> None:
    script = f"import sys\nfrom explorer.__main__ import main\nmain({[*words, '--database', log]!r})\n"
    script += "sys.exit('textual' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_help_loads_nothing_heavy_and_is_little_slower_than_python_itself() -> None:
    script = "import sys\nfrom explorer.__main__ import main\nmain(['--help'])\n"
    script += "sys.exit(bool({'textual', 'rich', 'sqlalchemy', 'pydantic', 'asyncio', 'store'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False).returncode == 0

    def seconds(*words: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
        return time.perf_counter() - started

    python = min(seconds("-c", "pass") for _ in range(5))
    help_text = min(seconds("-m", "explorer", "--help") for _ in range(5))
    assert help_text < 3 * python + 0.05


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert capsys.readouterr().out == f"activity {project['version']}\n"
    assert project["version"] == VERSION


def test_options_may_stand_before_the_command() -> None:
    for words in (["--mask", "support"], ["--mask=support"]):
        arguments = read_words([*words, "entity", "customer-3fa91c", "demo"])
        assert (arguments.command, arguments.mask) == ("entity", "support")
        assert (arguments.entity_id, arguments.database) == ("customer-3fa91c", "demo")
    arguments = read_words(["--database", "a.db", "--mask", "support", "count", "-name:x", "name:y"])
    assert (arguments.command, arguments.mask, arguments.database) == ("count", "support", "a.db")
    assert arguments.filter_text == "-name:x name:y"
    assert read_words(["--mask", "count", "a.db"]).database == "a.db"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    overview = capsys.readouterr().out
    assert all(f"activity {command}" in overview for command in COMMANDS)
    for command in COMMANDS:
        assert main([command, "--help"]) == 0
        assert f"activity {command}" in capsys.readouterr().out


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "demo"])
def test_help_says_that_a_database_may_be_left_out_only_where_it_may(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    assert ("left out" in capsys.readouterr().out) == (command not in ("import", "prune", "view", "map"))


@pytest.mark.parametrize(("word", "meant"), [("qurey", "query"), ("demmo", "demo"), ("imports", "import")])
def test_a_command_that_is_misspelled_is_not_opened_as_a_file(
    word: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseNotFound, match=f"There is no file {word}.") as raised:
        launch(word, None, None)
    assert raised.value.advice == f"Did you mean the command {meant}?"
    (tmp_path / word).touch()
    assert launch(word, None, None).database_name.endswith(word)
