"""What is offered where the id of an entity is written in the filters: the entities that a name may mean."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from explorer import entity_completions
from explorer.app import ActivityApp
from explorer.areas import querying
from explorer.widgets.completion_list import CompletionList
from explorer.widgets.filter_sidebar import FilterSidebar
from explorer.widgets.line_input import LineInput
from explorer.widgets.value_field import ValueField
from store import Choice, DatabaseAddress, DatabaseUnavailable, Entity, EventFilter, TimeRange
from tests.builders import make_event
from tests.explorer.app_under_test import AppUnderTest, HeldQuestion, app_on, rows_are_shown, screen_text, until
from tests.explorer.test_keys_at_once import press_at_once
from tests.logs import NOW, numbered_events, write_log

ALL_TIME = EventFilter(time=TimeRange(since=None))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "DEBOUNCE_SECONDS", 0)


async def field_of(pilot: Pilot[None], name: str) -> ValueField:
    """A field of the filters, with the focus in its line."""
    await rows_are_shown(pilot)
    await pilot.press("f")
    await until(pilot, lambda: bool(pilot.app.screen.query(ValueField)), "the fields")
    (field,) = (each for each in pilot.app.screen.query(ValueField) if each.field == name)
    field.query_one(LineInput).focus()
    await pilot.pause()
    return field


def offered(field: ValueField) -> list[str]:
    offers = field.query_one(CompletionList)
    return [each.label for each in offers.completions] if offers.display else []


def filter_of(app: ActivityApp) -> EventFilter | None:
    return app.screen.query_one(FilterSidebar)._filter


def app_of(log: DatabaseAddress) -> AppUnderTest:
    return app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)


CUSTOMERS = {f"customer-{number}" for number in range(5)}


@pytest.mark.parametrize("sign", ["", "-"])
async def test_a_customer_is_chosen_by_its_name(log: DatabaseAddress, sign: str) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*f"{sign}acm")
        await until(pilot, lambda: set(offered(field)) == CUSTOMERS, "the customers of that name")
        second = offered(field)[1]
        await pilot.press("down", "down", "enter")
        choice = Choice().with_value(second, excluded=bool(sign))
        await until(pilot, lambda: filter_of(app) == ALL_TIME.with_choice("entity_ids", choice), "only that customer")
        assert (offered(field), field.query_one(LineInput).value) == ([], "")


async def test_a_click_chooses_what_is_offered(log: DatabaseAddress) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "belongs_to")
        await pilot.press(*"acco")
        await until(pilot, lambda: offered(field) == ["account-1"], "what things belong to")
        await pilot.click(field.query_one(CompletionList), offset=(2, 0))
        belonging = ALL_TIME.with_value("belongs_to", "account-1")
        await until(pilot, lambda: filter_of(app) == belonging, "all that belongs to it")


async def test_what_is_written_is_what_counts_where_nothing_is_chosen(log: DatabaseAddress) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"customer-")
        await until(pilot, lambda: set(offered(field)) == CUSTOMERS, "the customers")
        await pilot.press("3", "enter")
        await until(pilot, lambda: filter_of(app) == ALL_TIME.with_value("entity_ids", "customer-3"), "that one")


async def test_a_text_that_is_written_on_chooses_nothing_that_was_offered_before(log: DatabaseAddress) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"customer-")
        await until(pilot, lambda: set(offered(field)) == CUSTOMERS, "the customers")
        await pilot.press("down", "3")
        assert offered(field) == ["customer-3"]
        await pilot.press("enter")
        await until(pilot, lambda: filter_of(app) == ALL_TIME.with_value("entity_ids", "customer-3"), "what is written")


async def test_a_log_that_does_not_answer_offers_nothing(log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"acm")
        await until(pilot, lambda: set(offered(field)) == CUSTOMERS, "the customers")

        is_lost = asyncio.Event()

        async def lost(*_: object) -> object:
            await is_lost.wait()
            raise DatabaseUnavailable("The log is away.", "")

        monkeypatch.setattr(entity_completions.EntityOffers, "holding", lost)
        await pilot.press("e")
        assert set(offered(field)) == CUSTOMERS
        is_lost.set()
        await until(pilot, lambda: not offered(field), "no offers")


async def test_all_that_is_offered_can_be_seen_in_a_small_terminal(tmp_path: Path) -> None:
    entities = [Entity(type="CUSTOMER", id=f"cust-{number}", name="Acme") for number in range(30)]
    events = [make_event(number, entity=entity) for number, entity in enumerate(entities)]
    app = app_of(await write_log(tmp_path / "activity.db", events))
    async with app.run_test(size=(80, 24)) as pilot:
        field = await field_of(pilot, "belongs_to")
        await pilot.press(*"acme")
        await until(pilot, lambda: len(offered(field)) == 30, "the customers")
        for _ in range(25):
            await pilot.press("down")
            offers = field.query_one(CompletionList)
            assert offers.chosen is not None
            assert f" {offers.chosen.label} " in screen_text(pilot)
            assert "acme" in map(str.strip, screen_text(pilot).splitlines())  # what is written is not covered
        await pilot.press("enter")
        chosen = ALL_TIME.with_value("belongs_to", "cust-5")
        await until(pilot, lambda: filter_of(app) == chosen, "the one that was seen")


async def test_the_keys_stay_in_what_is_offered_and_lead_out_above_it(log: DatabaseAddress) -> None:
    async with app_of(log).run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"acm")
        await until(pilot, lambda: set(offered(field)) == CUSTOMERS, "the customers")
        await pilot.press(*8 * ["down"])
        chosen = field.query_one(CompletionList).chosen
        assert chosen is not None and chosen.label == offered(field)[-1]
        await pilot.press(*5 * ["up"])
        assert field.query_one(LineInput).has_focus
        await pilot.press("up")
        await until(pilot, lambda: not field.query_one(LineInput).has_focus, "the control above")


@pytest.mark.parametrize("name", ["entity_ids", "belongs_to"])
async def test_keys_pressed_before_the_offers_are_there_choose_among_them(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app, held = app_of(log), HeldQuestion(monkeypatch, entity_completions.EntityOffers, "holding")
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, name)
        await pilot.press(*"omer-3", "down", "enter")
        held.goes_on.set()
        await until(pilot, lambda: filter_of(app) == ALL_TIME.with_value(name, "customer-3"), "the only one")
        assert field.query_one(LineInput).value == ""
        held.goes_on.clear()
        await pilot.press(*"nobody", "down", "enter")
        held.goes_on.set()
        chosen = Choice().with_value("customer-3").with_value("nobody")
        await until(pilot, lambda: filter_of(app) == ALL_TIME.with_choice(name, chosen), "what is written")


@pytest.mark.parametrize("field_name", ["entity_ids", "belongs_to"])
async def test_a_name_and_the_keys_behind_it_may_come_in_one_bundle(log: DatabaseAddress, field_name: str) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        await field_of(pilot, field_name)
        press_at_once(pilot, [*"omer-3", "down", "enter"])
        chosen = ALL_TIME.with_value(field_name, "customer-3")
        await until(pilot, lambda: filter_of(app) != ALL_TIME, "a choice")
        assert filter_of(app) == chosen


async def test_escape_takes_the_offers_away_and_then_leads_out_of_the_filters(log: DatabaseAddress) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"acm")
        await until(pilot, lambda: bool(offered(field)), "offers")
        await pilot.press("escape")
        assert offered(field) == []
        assert field.query_one(LineInput).has_focus
        await pilot.press("escape")
        await until(pilot, lambda: not field.query_one(LineInput).has_focus, "another pane")


async def test_offers_go_with_the_focus_and_with_the_text(log: DatabaseAddress) -> None:
    app = app_of(log)
    async with app.run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"acm")
        await until(pilot, lambda: bool(offered(field)), "offers")
        await pilot.press("up")
        await until(pilot, lambda: not offered(field), "none beside another control")
        field.query_one(LineInput).focus()
        await pilot.press("e")
        await until(pilot, lambda: bool(offered(field)), "offers again")
        await pilot.press("ctrl+u")
        await until(pilot, lambda: not offered(field), "none without a text")


async def test_a_name_that_no_new_event_holds_is_looked_for_in_the_log(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entity_completions, "MOST_EVENTS", 1)
    async with app_of(log).run_test(size=(160, 60)) as pilot:
        field = await field_of(pilot, "entity_ids")
        await pilot.press(*"acm")
        await until(pilot, lambda: len(offered(field)) == 1, "one by its name")
