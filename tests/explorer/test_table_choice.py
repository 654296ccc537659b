"""Which columns were chosen: their textual form, what is wrong with it, and where the choice is kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.settings import load_settings
from explorer.state_folder import state_path
from explorer.table_choice import (
    MOST_COLUMNS,
    NARROWEST,
    TITLES,
    USUAL,
    WIDEST,
    TableColumn,
    column_of_path,
    load_columns,
    read_columns,
    save_columns,
    write_columns,
)
from store import SettingsMistake, write_path

WIDTHS = st.none() | st.integers(NARROWEST, WIDEST)
PATHS = st.lists(st.text(max_size=5), min_size=1, max_size=3).map(lambda keys: column_of_path(write_path(tuple(keys))))
COLUMNS = st.lists(
    st.builds(TableColumn, st.sampled_from(list(TITLES)) | PATHS.map(lambda column: column.name), WIDTHS),
    min_size=1,
    max_size=MOST_COLUMNS,
    unique_by=lambda column: column.name,
).map(tuple)


@given(COLUMNS)
def test_what_is_written_is_read_as_the_same_columns(columns: tuple[TableColumn, ...]) -> None:
    assert read_columns(write_columns(columns)) == columns


def test_columns_are_written_as_names_with_commas_and_widths_where_they_are_chosen() -> None:
    columns = read_columns(' event:40, payload.plan.id ,payload."a,b:c":7')
    assert columns == (
        TableColumn("event", 40),
        TableColumn("payload.plan.id"),
        TableColumn('payload."a,b:c"', 7),
    )
    assert [column.path for column in columns] == [None, ("plan", "id"), ("a,b:c",)]
    assert [column.title for column in columns] == ["Event", "plan.id", '"a,b:c"']
    assert write_columns(columns) == 'event:40,payload.plan.id,payload."a,b:c":7'


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "must name columns"),
        ("event,,actor", "must not name : there are occurred_at"),
        ("evnt", "must not name evnt"),
        ("event,event:20", "must name event once"),
        ('payload.a,payload."a"', "must name payload.a once"),
        ("event:2", "must have widths from 3 to 200, not 2"),
        ("event:9999", "must have widths"),
        ("event:wide", "must not name event:wide"),
        ("payload.a..b", "which payload.a..b cannot: A key is missing"),
        ('payload."a', "must have no quote that is never closed"),
        ("\x1b[31m", r"must not name \\x1b\[31m"),
        (",".join(f"payload.a{number}" for number in range(MOST_COLUMNS + 1)), "no more than 40"),
    ],
)
def test_what_names_no_columns_is_told(text: str, mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        read_columns(text)


@given(st.text())
def test_any_text_is_read_or_told(text: str) -> None:
    try:
        read_columns(text)
    except ValueError as mistake:
        assert str(mistake).startswith("must ")


def test_the_setting_names_columns(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('columns = "occurred_at,payload.plan.id:20"')
    assert load_settings({}, file).table_columns == (TableColumn("occurred_at"), TableColumn("payload.plan.id", 20))
    file.write_text('columns = "evnt"')
    with pytest.raises(SettingsMistake, match="columns must not name evnt: there are occurred_at"):
        load_settings({}, file)
    assert load_settings({"ACTIVITY_COLUMNS": "event"}, file).table_columns == (TableColumn("event"),)


def test_the_choice_is_kept_for_each_log() -> None:
    assert load_columns("a.db") is None
    save_columns("a.db", USUAL[:2])
    save_columns("b.db", USUAL[2:])
    assert (load_columns("a.db"), load_columns("b.db")) == (USUAL[:2], USUAL[2:])


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"columns": 1}', b'{"columns": "evnt"}', b"\xff", b"[" * 999])
def test_a_choice_that_cannot_be_read_is_none(content: bytes) -> None:
    path = state_path("columns", "log.db")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert load_columns("log.db") is None
