"""The columns of the table and what stands in them."""

from collections.abc import Sequence
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from explorer.display import visible
from explorer.export.columns import PARTS, columns_of
from explorer.table_choice import TITLES, USUAL, TableColumn, read_columns
from explorer.time_zone import named_zone
from explorer.widgets.payload_cells import (
    FRAME_SECONDS,
    LONGEST,
    LONGEST_AT_ONCE,
    SECONDS_AT_ONCE,
    SHORT,
    UNREAD,
    PayloadCells,
)
from explorer.widgets.table_columns import CellSources, Placed, cell, fit, layout, title
from explorer.widgets.trace_cells import TraceCells
from store import Actor, Entity, Event
from tests.builders import make_event

FULL = make_event(
    trace_id="c1f4a9d2-6b0e",
    environment="production",
    entity=Entity(type="CUSTOMER", id="c-1", name="Acme"),
    parent_entity_id="c-0",
    actor=Actor(type="SYSTEM", id="a-1", name="Dana", email="d@acme.example", ip_address="192.0.2.1", more='{"a":1}'),
    payload='{"plan": {"id": "plan-1"}}',
    request="[1]",
)
HOSTILE = "\x1b]52;c;aGk=\x07 \u202eevil\u200b [red]boss[/] 中文 e\u0301"
NAMES_OF_COLUMNS = st.lists(st.sampled_from([*TITLES, "payload.plan.id", "payload.x"]), min_size=1, unique=True)
COLUMNS = NAMES_OF_COLUMNS.flatmap(
    lambda names: st.tuples(*(st.builds(TableColumn, st.just(name), st.none() | st.integers(3, 60)) for name in names))
)


def drawn(event: Event, columns: str, width: int = 200) -> dict[str, str]:
    """What an event has in each column that finds room in `width` cells, by the column's name."""
    chosen = read_columns(columns)
    return {each.column.name: cell(event, each, sources(chosen)).rstrip() for each in layout(chosen, width)}


def sources(columns: tuple[TableColumn, ...]) -> CellSources:
    """Where nothing is known yet but what stands in the events."""
    payloads = PayloadCells(lambda: None)
    payloads.begin(columns)
    return CellSources(UTC, payloads, TraceCells(lambda: None))


def cells_of(placed: tuple[Placed, ...]) -> int:
    """The cells of a row: the mark before it, the columns, and the gaps between these."""
    return 1 + sum(each.cells for each in placed) + len(placed) - 1


@given(st.integers(60, 400))
def test_the_usual_columns_fill_the_width_exactly(width: int) -> None:
    assert cells_of(layout(USUAL, width)) == width


@given(COLUMNS, st.integers(1, 400))
def test_chosen_columns_keep_their_order_and_never_need_more_than_the_width(
    columns: tuple[TableColumn, ...], width: int
) -> None:
    placed = layout(columns, width)
    assert cells_of(placed) <= max(width, 1)
    assert tuple(each.column for each in placed) == columns[: len(placed)]
    assert all(each.column.width in (None, each.width) for each in placed[:-1])


@given(COLUMNS, st.integers(1, 200))
def test_every_cell_and_title_is_exactly_as_wide_as_its_column(columns: tuple[TableColumn, ...], width: int) -> None:
    for event in (FULL, make_event()):
        for each in layout(columns, width, is_folded=width % 2 == 0):
            assert cell_len(cell(event, each, sources(columns))) == each.cells
            assert cell_len(title(each, UTC)) == each.cells


def test_every_column_can_be_exported_under_the_same_name_and_all_of_an_event_be_shown() -> None:
    assert [column.name for column in columns_of(tuple(TITLES), None)] == list(TITLES)
    assert set(PARTS) < set(TITLES)


def test_each_column_shows_its_part_of_an_event() -> None:
    names = ",".join(name for name in TITLES if name != "link")
    assert drawn(FULL, names, 1000) == {
        "occurred_at": "2026-11-20 12:00:00.000",
        "event": "~ Customer updated",
        "entity": "Customer c-1 · Acme",
        "actor": "System · Dana",
        "trace_id": "c1f4a9d…",
        "environment": "production",
        "id": "event-0",
        "event_name": "~ CUSTOMER_UPDATED",
        "entity_type": "CUSTOMER",
        "entity_id": "c-1",
        "entity_name": "Acme",
        "parent_entity_id": "c-0",
        "actor_type": "SYSTEM",
        "actor_id": "a-1",
        "actor_name": "Dana",
        "actor_email": "d@acme.example",
        "actor_ip_address": "192.0.2.1",
        "actor_more": '{"a":1}',
        "payload": '{"plan": {"id": "plan-1"}}',
        "request": "[1]",
    }
    assert drawn(FULL, "link")["link"].startswith("activity://production/event-0")
    assert set(drawn(make_event(), "entity,actor,entity_id,actor_email,payload,payload.a").values()) == {""}


@pytest.mark.parametrize(
    ("width", "what", "who"),
    [(32, "Customer c-1 · Acme", "System · Dana"), (31, "c-1 · Acme", "Dana"), (8, "c-1 · A…", "Dana")],
)
def test_a_narrow_column_names_what_and_who_without_their_types(width: int, what: str, who: str) -> None:
    shown = drawn(FULL, f"entity:{width},actor:{width}")
    assert (shown["entity"], shown["actor"]) == (what, who)
    at_address = make_event(actor=Actor(type="SYSTEM", ip_address="192.0.2.1"))
    assert drawn(at_address, "actor:31")["actor"] == "System · 192.0.2.1"
    nameless = make_event(entity=Entity(type="CUSTOMER"), actor=Actor(type="SYSTEM"))
    shown = drawn(nameless, f"entity:{width},actor:{width}")
    assert (shown["entity"], shown["actor"]) == ("Customer", "System")


def test_columns_at_the_end_are_left_out_where_there_is_no_room() -> None:
    assert list(drawn(FULL, "occurred_at,event,environment,actor_email,payload.plan.id", 50)) == [
        "occurred_at",
        "event",
        "environment",
    ]
    assert drawn(FULL, "environment:5,id", 20) == {"environment": "prod…", "id": "event-0"}


@pytest.mark.parametrize(
    ("width", "shown"),
    [(12, "2026-11-20 …"), (19, "2026-11-20 12:00:00"), (22, "2026-11-20 12:00:00"), (24, "2026-11-20 12:00:00.000")],
)
def test_a_time_is_never_cut_within_its_seconds_without_saying_so(width: int, shown: str) -> None:
    assert drawn(FULL, f"occurred_at:{width}")["occurred_at"] == shown


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ('{"a": {"b": "text"}}', "text"),
        ('{"a": {"b": 1.50}}', "1.50"),
        ('{"a": {"b": null}}', "null"),
        ('{"a": {"b": {"c": 1}}}', "{…}"),
        ('{"a": {"b": {}}}', "{}"),
        ('{"a": {"b": ["x", 2, true]}}', "x, 2, true"),
        ('{"a": [{"b": 1}, {"c": 0}, {"b": 2}]}', "1, 2"),
        ('{"a": 1}', ""),
        ("[]", ""),
        ("no json", ""),
        ("[" * 5_000, ""),
        (None, ""),
    ],
)
def test_a_path_shows_what_the_payload_has_there(payload: str | None, shown: str) -> None:
    assert drawn(make_event(payload=payload), "payload.a.b:30")["payload.a.b"] == shown


def test_a_number_in_a_path_takes_one_element_of_a_list() -> None:
    assert drawn(make_event(payload='{"a": ["x", "y"]}'), "payload.a.1")["payload.a.1"] == "y"


def test_hostile_values_of_a_payload_are_drawn_and_not_obeyed() -> None:
    event = make_event(payload='{"a": "\\u001b]52;c;aGk=\\u0007 \\u202eevil [red]boss[/]"}', environment=HOSTILE)
    shown = drawn(event, "environment:60,payload.a:60")
    assert shown["payload.a"] == "\\x1b]52;c;aGk=\\x07 \\u202eevil [red]boss[/]"
    assert all(text.isprintable() for text in shown.values())


async def test_long_payloads_are_read_beside_the_event_loop_and_very_long_ones_not_at_all() -> None:
    columns, told = read_columns("payload.a"), list[str]()
    long = make_event(1, payload=f'{{"a": "there", "b": "{"x" * LONGEST_AT_ONCE}"}}')
    too_long = make_event(2, payload=f'{{"a": "there", "b": "{"x" * LONGEST}"}}')
    payloads = PayloadCells(lambda: told.append("unread"))
    payloads.begin(columns)
    assert payloads.text(long, "payload.a") == UNREAD
    assert payloads.text(too_long, "payload.a") == "not read: 1,000,023 characters"
    assert told == ["unread"]
    await payloads.read(lambda: told.append("read"))
    assert told == ["unread", "read"]
    assert payloads.text(long, "payload.a") == "there"


@pytest.mark.parametrize(
    ("seconds", "read"), [(SECONDS_AT_ONCE * 0.6, 2), (FRAME_SECONDS * 2, 1), (SECONDS_AT_ONCE / 100, 40)]
)
def test_a_frame_waits_only_so_long_for_payloads_however_slowly_they_are_read(
    monkeypatch: pytest.MonkeyPatch, seconds: float, read: int
) -> None:
    now, texts = 5.0, PayloadCells._texts

    def slowly(self: PayloadCells, payload: str | None) -> Sequence[str]:
        nonlocal now
        now += seconds
        return texts(self, payload)

    monkeypatch.setattr("explorer.widgets.payload_cells.monotonic", lambda: now)
    monkeypatch.setattr(PayloadCells, "_texts", slowly)
    payloads = PayloadCells(lambda: None)
    payloads.begin(read_columns("payload.a"))
    short = make_event(99, payload='{"a": 1}')
    events = [make_event(number, payload=f'{{"a": 1, "b": "{"x" * SHORT}"}}') for number in range(40)]
    assert [payloads.text(event, "payload.a") for event in events].count("1") == read
    assert payloads.text(short, "payload.a") == "1"
    now += 2 * FRAME_SECONDS
    assert [payloads.text(event, "payload.a") for event in events].count("1") == min(40, 2 * read)


async def test_a_payload_that_was_changed_in_the_log_is_read_again() -> None:
    payloads = PayloadCells(lambda: None)
    payloads.begin(read_columns("payload.a"))
    old, new = (make_event(1, payload=f'{{"a": "{text}"}}') for text in ("old", "new"))
    assert [payloads.text(event, "payload.a") for event in (old, new)] == ["old", "new"]
    long_old, long_new = (
        make_event(2, payload=f'{{"a": "{text}", "b": "{"x" * LONGEST_AT_ONCE}"}}') for text in ("old", "new")
    )
    assert payloads.text(long_old, "payload.a") == UNREAD
    assert payloads.text(long_new, "payload.a") == UNREAD
    await payloads.read(lambda: None)
    assert [payloads.text(event, "payload.a") for event in (long_old, long_new)] == ["old", "new"]


def test_traces_of_another_list_are_told_of_though_nobody_asked_for_those_of_the_one_before() -> None:
    told = list[str]()
    traces = TraceCells(lambda: told.append("unknown"))
    traces.text("a", 20)
    traces.begin()
    traces.text("b", 20)
    assert told == ["unknown", "unknown"]
    assert traces.take_unknown() == ("b",)


async def test_what_was_read_for_other_columns_is_not_shown() -> None:
    long = make_event(1, payload=f'{{"a": "there", "b": "{"x" * LONGEST_AT_ONCE}"}}')
    payloads = PayloadCells(lambda: None)
    payloads.begin(read_columns("payload.a"))
    payloads.text(long, "payload.a")
    payloads.begin(read_columns("payload.c"))
    await payloads.read(lambda: None)
    assert payloads.text(long, "payload.c") == UNREAD
    await payloads.read(lambda: None)
    assert payloads.text(long, "payload.c") == ""


@given(st.text(), st.integers(0, 40))
def test_a_text_is_fitted_to_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(fit(visible(text), width)) == width


def test_a_cut_text_says_so() -> None:
    assert fit("Subscription created", 10) == "Subscript…"
    assert fit("订阅已创建", 5) == "订阅…"
    assert fit("Plan", 6) == "Plan  "


def test_narrow_tables_leave_out_the_trace_and_fractions_of_seconds() -> None:
    usual = ",".join(column.name for column in USUAL)
    assert drawn(FULL, usual, 79)["occurred_at"] == "2026-11-20 12:00:00"
    assert "trace_id" not in drawn(FULL, usual, 79)
    assert drawn(FULL, usual, 120)["occurred_at"] == "2026-11-20 12:00:00.000"
    assert drawn(FULL, usual, 120)["trace_id"] == "c1f4a9d…"


@pytest.mark.parametrize(
    ("zone", "wide", "narrow"),
    [
        ("UTC", "Time (UTC)", "Time (UTC)"),
        ("local", "Time (local)", "Time (local)"),
        ("Europe/Berlin", "Time (Europe/Berlin)", "Time (Berlin)"),
        ("America/Argentina/Buenos_Aires", "Time (Buenos_Aires)", "Time (Buenos_Aires)"),
        ("America/North_Dakota/New_Salem", "Time (New_Salem)", "Time (New_Salem)"),
        ("Antarctica/DumontDUrville", "Time (DumontDUrville)", "Time (DumontDUrvil…"),
    ],
)
def test_the_header_names_the_time_zone(zone: str, wide: str, narrow: str) -> None:
    for width, shown in ((120, wide), (79, narrow)):
        assert title(layout(USUAL, width)[0], named_zone(zone)).rstrip() == shown
