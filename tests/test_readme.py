"""What the README says of keys, commands, filters, settings and the JSON Lines form is what the program does."""

import re
import shlex
from pathlib import Path

import pytest

from explorer.checked_settings import SETTINGS
from explorer.commands.words import read_words
from explorer.key_help import key_sections
from store import FILTER_WORDS, EventFilter, parse_filter
from store.actor_facets import MOST_COUNTED
from store.formats import FORMATS, Format, read_map, told_fields
from store.formats.jsonl import KEYS, parse_line
from store.formats.map_file import FIELDS

README = (Path(__file__).parents[1] / "README.md").read_text()


def section(title: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^## ", README.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row that is no heading."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    bodies = [row for row in rows if not set(row[0].strip()) <= set("- ")]
    return [[cell.strip() for cell in row] for row in bodies]


def commands(text: str) -> list[str]:
    """Every line of a shell block that runs `activity`, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line.split("    #")[0].strip() for block in blocks for line in block.splitlines() if "activity " in line]


def test_every_key_is_in_the_readme_with_what_it_does() -> None:
    told = section("Keys")
    for title, keys in key_sections():
        rows = table_rows(re.split(r"^### ", told.split(f"### {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0])
        shown = {row[1]: row[0].replace("`", "").replace("\\|", "|") for row in rows[1:]}
        assert shown == {sentence: pressed for pressed, sentence in keys}


def test_every_setting_is_in_the_readme() -> None:
    rows = {row[0].strip("`"): row for row in table_rows(section("Settings"))[1:]}
    assert set(rows) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        _, default, variable, sentence = rows[setting.name]
        assert default.strip("`") == (setting.default or "")
        assert variable.strip("`") == (setting.variable or "")
        assert sentence == setting.sentence


def test_every_condition_of_a_filter_is_in_the_readme() -> None:
    written = [row[0].strip("`") for row in table_rows(section("Filters"))[1:]]
    assert {re.split("[.:]", condition)[0] for condition in written} == set(FILTER_WORDS)
    for condition in written:
        assert parse_filter(condition) != EventFilter() or condition == "since:-30d"


def test_among_how_many_events_actors_are_counted_is_in_the_readme() -> None:
    assert re.findall(r"actors are counted among the newest ([\d,]+) matching events", README) == [f"{MOST_COUNTED:,}"]


def test_every_key_of_the_json_lines_form_is_in_the_readme() -> None:
    text = section("The JSON Lines form")
    assert {row[0].strip("`") for row in table_rows(text)[1:]} == KEYS
    (example,) = re.findall(r"```json\n(.*?)\n```", text, flags=re.DOTALL)
    assert parse_line(example).id == "0f6e2b91"


@pytest.mark.parametrize("log_format", [each for each in FORMATS if each.table is not None], ids=lambda each: each.name)
def test_the_mapping_of_every_format_is_in_the_readme(log_format: Format) -> None:
    text = section("Log formats").split(f"### {log_format.title}\n", 1)[1].split("\n### ", 1)[0]
    assert f"`--format {log_format.name}`" in text
    assert log_format.table is not None
    told = {f"`{name}`": where for name, where in told_fields(log_format.table) if where}
    assert {row[0]: row[1] for row in table_rows(text)[1:]} == told


def test_the_map_file_of_the_readme_is_understood_and_names_every_field() -> None:
    text = section("Log formats").split("### Any other log: a map file\n", 1)[1]
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert read_map(example).title == "Orders"
    assert all(f"`{name}`" in text for name in FIELDS)


@pytest.mark.parametrize("command", [each for each in commands(README) if each.startswith("activity ")])
def test_every_command_of_the_readme_is_understood(command: str) -> None:
    assert read_words(shlex.split(command)[1:]) is not None


def test_the_readme_runs_the_demo_and_the_tests_as_ci_does() -> None:
    assert ".venv/bin/pip install -q -e . && .venv/bin/activity demo" in README
    assert ".venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -n auto" in README
    ci = (Path(__file__).parents[1] / ".ci" / "run").read_text()
    assert "pip\" install -q -e '.[dev]'" in ci
    assert "step pytest -n auto\n" in ci


def test_the_files_of_the_map_exist() -> None:
    for path in re.findall(r"`((?:store|explorer|sample_data|tests)/[\w./]*)`", section("Map of the code")):
        assert (Path(__file__).parents[1] / path).exists()


def test_every_promise_of_security_names_tests_that_exist() -> None:
    promises = table_rows(section("Security"))[1:]
    assert promises
    for promise, tests in promises:
        files = re.findall(r"`([^`]+)`", tests)
        assert files, promise
        assert all((Path(__file__).parents[1] / file).is_file() for file in files)
