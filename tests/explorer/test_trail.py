"""Every change of the filter can be undone and redone, and Escape leads out of what was narrowed."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.landing import Place
from explorer.messages import FilterChanged, NarrowRequested
from explorer.trail import MOST_STEPS, Trail
from explorer.widgets.event_table import EventTable
from store import Choice, EventFilter, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


def place(number: int) -> Place:
    return Place(EventFilter(entity_ids=Choice(included=(str(number),))), None, number)


MOVES = st.lists(st.sampled_from(["changed", "narrowed", "cleared", "left"]), max_size=12)


def walked(moves: list[str]) -> list[tuple[Place, Trail]]:
    """The places and trails of a walk of such moves, without those to which no undoing leads back any more."""
    walk = [(place(0), Trail())]
    for number, move in enumerate(moves, start=1):
        here, trail = walk[-1]
        if move != "left":
            walk.append((place(number), getattr(trail, move)(here)))
        elif trail.ways_back:
            while len(walk[-1][1].ways_back) >= len(trail.ways_back):
                walk.pop()
            way = trail.left(here)
            assert way is not None
            assert (way[0], *way[1][:2]) == (walk[-1][0], *walk[-1][1][:2])
            walk[-1] = way
    return walk


@given(MOVES)
def test_undoing_everything_leads_back_to_the_beginning_and_redoing_to_the_end(moves: list[str]) -> None:
    walk = walked(moves)
    here, trail = walk[-1]
    for expected, before in reversed(walk[:-1]):
        way = trail.undone(here)
        assert way is not None
        here, trail = way
        assert (here, trail.ways_back) == (expected, before.ways_back)
    assert trail.undone(here) is None
    for expected, after in walk[1:]:
        way = trail.redone(here)
        assert way is not None
        here, trail = way
        assert (here, trail.ways_back) == (expected, after.ways_back)
    assert trail.redoable == walk[-1][1].redoable


@given(MOVES, MOVES)
def test_leaving_undoes_all_since_narrowing_and_redoing_leads_in_again(before: list[str], since: list[str]) -> None:
    here, trail = walked([*before, "narrowed", *since])[-1]
    if (way := trail.left(here)) is None:
        return
    back, left = way
    for _ in range(len(trail.undoable) - len(left.undoable)):
        again = left.redone(back)
        assert again is not None
        back, left = again
    assert (back, left) == (here, trail)


def test_leaving_leads_one_level_back_even_where_the_walk_is_longer_than_what_is_remembered() -> None:
    walk = walked(["narrowed"] * (MOST_STEPS + 50))
    for (here, trail), (expected, _) in zip(walk[:1:-1], walk[-2:0:-1][: MOST_STEPS - 1], strict=False):
        way = trail.left(here)
        assert way is not None
        assert way[0] == expected
    _, narrowed = walk[-1]
    changed = walk[-1]
    for number in range(MOST_STEPS):
        changed = (place(number), changed[1].changed(changed[0]))
    way = changed[1].left(changed[0])
    assert way is not None
    assert way[0] == narrowed.ways_back[-1]


@given(MOVES)
def test_a_change_after_undoing_leaves_nothing_to_redo(moves: list[str]) -> None:
    here, trail = walked([*moves, "changed"])[-1]
    way = trail.undone(here)
    assert way is not None
    assert way[1].changed(way[0]).redoable == ()


def test_a_long_walk_is_remembered_in_part() -> None:
    _, trail = walked(["narrowed"] * (MOST_STEPS + 50))[-1]
    assert len(trail.undoable) == len(trail.ways_back) == MOST_STEPS


async def test_keys_undo_and_redo_each_change_of_the_filter_and_come_back_to_the_row(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(60))

    def sentence(pilot: Pilot[None]) -> str:
        return str(pilot.app.screen.query_one("#sentence", Static).content)

    async def is_shown(pilot: Pilot[None], filter_sentence: str) -> None:
        await until(pilot, lambda: sentence(pilot).startswith(f"log.db · {filter_sentence}"), filter_sentence)
        await rows_are_shown(pilot)

    app = app_on(log, clock=lambda: NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down", "down", "down")
        fourth = table.highlighted
        table.post_message(FilterChanged(parse_filter("name:plan.deleted")))
        await is_shown(pilot, "last 30 days · event Plan deleted")
        table.post_message(NarrowRequested("entity_ids", "customer-1"))
        await is_shown(pilot, "last 30 days · event Plan deleted · customer-1  (esc leads back)")
        await pilot.press("x")
        await is_shown(pilot, "last 30 days")
        await pilot.press("u")
        await is_shown(pilot, "last 30 days · event Plan deleted · customer-1  (esc leads back)")
        await pilot.press("escape")
        await is_shown(pilot, "last 30 days · event Plan deleted")
        await pilot.press("u")
        await until(pilot, lambda: table.highlighted == fourth, "the row where it began")
        await pilot.press("u")
        await pilot.pause()
        assert [each.message for each in app._notifications] == ["No filter was shown before this one."]
        await pilot.press("U")
        await is_shown(pilot, "last 30 days · event Plan deleted")
        await pilot.press("U")
        await is_shown(pilot, "last 30 days · event Plan deleted · customer-1  (esc leads back)")
        assert pilot.app.screen.query_one(EventTable).highlighted is not None
