"""The walls between the parts of the project, and the few rules about its files that a machine can hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.cli import lint_imports

import store

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("explorer", "store", "sample_data") for path in (ROOT / folder).rglob("*.py"))
CONTRACTS = [contract["id"] for contract in read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]]
LONGEST_FILE = 300

PUBLIC_NAMES = """
    ACTOR_TYPES AccessDenied Actor Arrivals CHOICE_FIELDS CheckReport Choice Constant Count DEFAULT_SPAN
    DatabaseAddress DatabaseDamaged DatabaseNotFound DatabaseProblem DatabaseReplaced DatabaseUnavailable Direction
    ENTITY_TYPES EVENT_NAMES Entity Event EventColumns EventFilter EventMistake EventPage EventRepository
    EventWriter ExportMistake FILTER_WORDS Facet Facets FilterMistake Finding FormatMistake Histogram HistogramBar
    JsonText Kind LinkMistake MappedColumns MappingProblem MaskedRepository Masking MaskingMistake Moment NEWEST
    OLDEST PayloadChoice PlainEvent Position Proposal QuestionTooLong SchemaForeign SchemaMissing SchemaNewer
    SchemaOlder SchemaProblem SettingsMistake SourceProblem StoreError TIME_UNITS TableMapping TargetProblem Term
    Text TimeMistake TimeRange TraceExtent UnfinishedTerm VOCABULARIES Value Vocabulary WriteReport check_log columns_of
    event_mask open_foreign_repository open_repository open_writer parse_bound parse_filter parse_moment parse_path
    parse_when pattern_beginning pattern_holding propose_mapping prune_log sentence texts_at unfinished_term
    values_within write_filter write_moment write_path
"""


def imported_modules(path: Path) -> Iterator[str]:
    """Every module that a file imports, relative ones with their dots."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def modules_loaded_by(statement: str, *names: str) -> set[str]:
    """Which of `names` a fresh interpreter has loaded after `statement`."""
    script = f"import sys\n{statement}\nprint(*({set(names)!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_layers_hold(contract: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(limit_to_contracts=(contract,), no_cache=True, no_logo=True)
    assert broken == 0, capsys.readouterr().out


def test_the_values_load_neither_a_database_layer_nor_a_screen() -> None:
    heavy = ("sqlalchemy", "aiosqlite", "psycopg", "asyncpg", "sqlite3", "textual", "rich", "explorer")
    assert modules_loaded_by("import store", *heavy) == set()
    assert modules_loaded_by("import store, sqlalchemy", *heavy) >= {"sqlalchemy"}


def test_the_first_frame_waits_for_nothing_that_it_does_not_draw() -> None:
    heavy = ("pydantic", "msgspec", "sqlalchemy", "aiosqlite", "psycopg", "asyncpg", "sqlite3")
    screen = ("explorer.activity_screen", "explorer.messages", "explorer.display")
    started = "import explorer.__main__, explorer.commands.explore, explorer.app"
    assert modules_loaded_by(started, *heavy, *screen) == set()


def test_the_first_rows_wait_for_nothing_that_they_do_not_need() -> None:
    unneeded = ("explorer.link", "store.foreign.mapping", "pydantic", "sqlalchemy", "psycopg", "asyncpg", "tomlkit")
    started = "import explorer.activity_screen, store, explorer.commands.explore as start"
    started += "\nstart.launch('log.db', None, None)\nstore.open_repository"
    assert modules_loaded_by(started, *unneeded) == set()


def test_the_explorer_imports_the_store_by_its_public_names_only() -> None:
    inner = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "explorer")
        for module in imported_modules(path)
        if module.startswith("store.")
    }
    assert inner == set()


def test_logs_are_opened_in_one_place_which_masks_them() -> None:
    opening = {
        path.name
        for path in SOURCES
        if path.is_relative_to(ROOT / "explorer")
        if any(
            isinstance(node, ast.ImportFrom)
            and any(re.fullmatch(r"open_(foreign_)?repository", name.name) for name in node.names)
            for node in ast.walk(ast.parse(path.read_bytes()))
        )
    }
    without_events = {"check.py", "prune.py", "view.py"}
    assert opening == {"database.py"} | without_events


def test_the_store_imports_itself_relatively() -> None:
    absolute = {
        path.name
        for path in SOURCES
        if path.is_relative_to(ROOT / "store")
        for module in imported_modules(path)
        if module.split(".")[0] == "store"
    }
    assert absolute == set()


def test_the_public_names_of_the_store_are_these() -> None:
    assert sorted(store.__all__) == sorted(PUBLIC_NAMES.split())
    assert all(getattr(store, name) is not None for name in store.__all__)


def test_pure_sql_modules_open_no_connection() -> None:
    for name in ("statements", "check_statements", "schema"):
        path = ROOT / "store" / f"{name}.py"
        opened = {module for module in imported_modules(path) if module.startswith("sqlalchemy.ext.asyncio")}
        assert opened == set(), name


def test_no_file_has_grown_past_one_idea() -> None:
    long = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_every_file_says_what_it_is_for() -> None:
    silent = [path for path in SOURCES if not ast.get_docstring(ast.parse(path.read_bytes()))]
    assert silent == []


def test_the_log_is_never_paged_by_offset() -> None:
    found = {
        f"{path.name}:{number}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "store")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\boffset\s*\(|\bOFFSET\s+(\d|:|%|\?)", line)
    }
    assert found == set()


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    """Whether an `except` takes every error and does not pass it on."""
    takes_all = handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")
    passes_on = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return takes_all and not passes_on


def test_no_file_swallows_every_exception_or_silences_the_type_checker() -> None:
    for path in SOURCES:
        handlers = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ExceptHandler)]
        assert not any(map(swallows_everything, handlers)), path
        assert not re.search(r"#\s*type:\s*ignore", path.read_text()), path
