"""What is being written in a query is completed from the fields there are and from what the log holds."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer import entity_completions as entity_completions_module
from explorer.areas import querying
from explorer.completions import MEANINGS, MOST_COMPLETIONS, field_completions, value_completions
from explorer.entity_completions import entity_completions
from explorer.payload_completions import payload_completions, payloads_of
from explorer.widgets.completion_list import CompletionList
from explorer.widgets.event_table import EventTable
from explorer.widgets.query_input import QueryInput
from store import FILTER_WORDS, DatabaseAddress, Entity, Facet, Facets, parse_filter, unfinished_term
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]
HOSTILE = 'a "b"\x1b[31m\n'


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    hostile = make_event(100, environment=HOSTILE, occurred_at=NOW)
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", [*numbered_events(60), hostile]))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no further key."""
    monkeypatch.setattr(querying, "DEBOUNCE_SECONDS", 0)


async def shown(log: DatabaseAddress, drive: Drive) -> None:
    async with app_on(log, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("slash")
        await drive(pilot, table)


def line(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(QueryInput).value


def note(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(".query-box--note", Static).content)


def labels(pilot: Pilot[None]) -> list[str]:
    completions = pilot.app.screen.query_one(CompletionList)
    return [each.label for each in completions.completions] if completions.display else []


def test_every_field_says_what_it_is() -> None:
    assert list(MEANINGS) == list(FILTER_WORDS)
    assert [each.label for each in field_completions(unfinished_term("", 0))] == list(FILTER_WORDS)
    assert [each.written for each in field_completions(unfinished_term("-s", 2))] == []
    assert [each.written for each in field_completions(unfinished_term("-P", 2))] == ["-payload."]


def test_values_of_one_label_are_one_completion_with_all_their_events() -> None:
    facets = Facets(
        fields={"actor_types": (Facet(value="SYSTEM", count=1_000), Facet(value="SCHEDULER", count=2))},
        at_least=frozenset({"actor_types"}),
    )
    (system,) = value_completions(unfinished_term("-actor_type:sys", 15), facets, None)
    assert system == ("-actor_type:system ", "System", "≥1,002")


def test_ids_are_those_of_the_highlighted_event() -> None:
    event = numbered_event(1)
    assert [each.written for each in value_completions(unfinished_term("entity:", 7), None, event)] == [
        "entity:customer-1 "
    ]
    assert value_completions(unfinished_term("trace:x", 7), None, event) == []
    assert value_completions(unfinished_term("trace:", 6), None, None) == []


async def test_fields_and_then_values_with_their_counts_are_offered(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"na")
        await until(pilot, lambda: labels(pilot) == ["name"], "the field")
        await pilot.press("tab")
        assert line(pilot) == "name:"
        await until(pilot, lambda: "Plan deleted" in labels(pilot), "the names of the log")
        await pilot.press(*"deleted")
        await until(pilot, lambda: labels(pilot) == ["Plan deleted"], "the one that fits")
        assert pilot.app.screen.query_one(CompletionList).completions[0].note == "10"
        await pilot.press("tab")
        assert line(pilot) == "name:plan.deleted "

    await shown(log, drive)


async def test_counts_are_those_beside_the_rest_of_the_filter(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"entity:customer-1 name:plan")
        completions = pilot.app.screen.query_one(CompletionList)
        await until(pilot, lambda: [each.note for each in completions.completions] == ["2"], "those of one customer")

    await shown(log, drive)


async def test_arrows_walk_through_the_list_and_enter_takes_one_without_applying(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"actor")
        await until(
            pilot, lambda: labels(pilot) == ["actor", "actor_type"], "both fields, the one that is written first"
        )
        await pilot.press("down", "down", "up", "enter")
        assert line(pilot) == "actor:"
        assert pilot.app.screen.query_one(QueryInput).has_focus
        await pilot.press("ctrl+u", *"-actor", "down", "escape", "escape")
        await until(pilot, lambda: table.has_focus, "escape out of the list, then out of the line")

    await shown(log, drive)


def test_paths_into_payloads_are_those_that_hold_what_is_written_with_an_example() -> None:
    payloads = [
        '{"plan": {"id": "growth"}, "old plan": [{"a.b": ""}, {"a.b": 1.50}]}',
        '{"plan": {"id": "scale"}}',
        "{",
    ]
    assert payload_completions(unfinished_term("-payload.PLAN", 13), payloads) == [
        ("-payload.plan.id:", "payload.plan.id", "such as growth"),
        ('-payload."old plan"."a.b":', 'payload."old plan"."a.b"', "such as 1.50"),
    ]
    assert payload_completions(unfinished_term("payload.id.", 11), payloads) == []


def test_values_of_a_path_are_those_of_the_newest_events_the_most_frequent_first() -> None:
    payloads = ['{"a": ["x y", ">5"]}', '{"a": ">5"}', '{"a": "' + "z" * 1_000 + '"}', '{"b": "x"}']
    assert payload_completions(unfinished_term("payload.a:", 10), payloads) == [
        ('payload.a:">5" ', ">5", "2 of 4 that were read"),
        ('payload.a:"x y" ', "x y", "1 of 4 that were read"),
    ]
    assert [each.label for each in payload_completions(unfinished_term("-payload.a:Y", 12), payloads)] == ["x y"]


def test_only_so_much_of_payloads_is_read() -> None:
    events = [make_event(number, payload=json.dumps("x" * 400_000)) for number in range(5)]
    assert len(payloads_of(events)) == 2
    monstrous = make_event(6, payload=json.dumps("x" * 2_000_000))
    assert len(payloads_of([monstrous, *events])) == 2
    many = json.dumps({f"key {number}": "x" * 50 for number in range(10_000)})
    assert len(payload_completions(unfinished_term("payload.", 8), [many])) <= MOST_COMPLETIONS


async def test_a_path_and_then_its_values_are_offered_from_the_newest_events_of_the_list(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"name:plan.deleted payload.num")
        await until(pilot, lambda: labels(pilot) == ["payload.number"], "the path")
        await pilot.press("tab")
        assert line(pilot) == "name:plan.deleted payload.number:"
        await until(pilot, lambda: len(labels(pilot)) == 10, "the values beside the rest of the filter")
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: table.has_focus, "the list")

    await shown(log, drive)


async def test_a_click_takes_a_completion(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"environ")
        await until(pilot, lambda: labels(pilot) == ["environment"], "the field")
        await pilot.pause()
        await pilot.click(CompletionList, offset=(3, 0))
        await until(pilot, lambda: line(pilot) == "environment:", "the field in the line")

    await shown(log, drive)


async def test_a_hostile_value_is_written_so_that_it_means_itself(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*'environment:"a ')
        await until(pilot, lambda: labels(pilot) == [HOSTILE], "the hostile value")
        await pilot.press("tab")
        assert parse_filter(line(pilot)).environments.included == (HOSTILE,)

    await shown(log, drive)


async def test_an_empty_line_offers_every_field_and_says_what_it_means(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: labels(pilot) == list(FILTER_WORDS), "every field")
        note = pilot.app.screen.query_one(".query-box--note", Static)
        await until(pilot, lambda: str(note.content) == "= last 30 days · 61 events", "what it means")

    await shown(log, drive)


async def test_times_cannot_be_excluded_and_none_are_offered_for_that(log: DatabaseAddress) -> None:
    assert value_completions(unfinished_term("-until:", 7), None, None) == ()
    assert value_completions(unfinished_term("-since:-2", 9), None, None) == ()

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"-until:")
        await until(pilot, lambda: note(pilot).startswith("until: cannot be excluded."), "the mistake")
        assert labels(pilot) == []

    await shown(log, drive)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("text:", "text: in a name, an id, the payload or the request. Write it."),
        (
            "payload.number:",
            "payload.number: a value, numbers such as >100 or 10..20, or * for any. Write it, or choose with ↓.",
        ),
        ("-actor:", "actor: name, email, id or IP address. Write it, or choose one with ↓."),
    ],
)
async def test_what_a_field_waits_for_is_said_as_it_can_be_given(log: DatabaseAddress, written: str, said: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*written)
        await until(pilot, lambda: note(pilot) == said, said)

    await shown(log, drive)


async def test_ids_are_offered_of_the_entities_of_the_newest_events_with_what_they_are(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"entity:")
        expected = {f"customer-{number}" for number in range(5)}
        await until(pilot, lambda: set(labels(pilot)) == expected, "the customers")
        completions = pilot.app.screen.query_one(CompletionList).completions
        assert completions[0].note == "Customer · Acme"
        assert note(pilot) == "entity: the id of what it happened to. Write it, or choose one with ↓."
        await pilot.press(*"er-3", "tab")
        await until(pilot, lambda: line(pilot) == "entity:customer-3 ", "the id")
        await pilot.press("ctrl+u", *"belongs_to:acc")
        await until(pilot, lambda: labels(pilot) == ["account-1"], "what things belong to")

    await shown(log, drive)


async def test_a_name_that_no_new_event_holds_is_looked_for_in_the_log(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entity_completions_module, "MOST_EVENTS", 1)  # the newest is of no entity

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*"entity:acm")
        await until(pilot, lambda: len(labels(pilot)) == 1 and labels(pilot)[0].startswith("customer-"), "one by name")

    await shown(log, drive)


def test_what_is_known_of_an_entity_stands_beside_its_id_also_where_more_events_only_name_it_as_a_parent() -> None:
    own = make_event(0, entity=Entity(type="CUSTOMER", id="account-1", name="Acme"))
    children = [numbered_event(1), numbered_event(3)]
    found = entity_completions(unfinished_term("belongs_to:acc", 14), [*children, own], None)
    assert [(each.label, each.note) for each in found] == [("account-1", "Customer · Acme")]


def test_an_entity_is_found_by_its_name_and_the_one_of_the_highlighted_event_comes_first() -> None:
    here, other = numbered_event(0), numbered_event(3)
    term = unfinished_term("-entity:acm", 11)
    found = entity_completions(term, [other, other, here], None)
    assert [(each.written, each.note) for each in found] == [
        ("-entity:customer-3 ", "Customer · Acme"),
        ("-entity:customer-0 ", "Customer · Acme"),
    ]
    at_once = entity_completions(unfinished_term("entity:", 7), [other, other, here], here)
    assert [each.label for each in at_once] == ["customer-0", "customer-3"]
    assert at_once[0].note == "of this event"
