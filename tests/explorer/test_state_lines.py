"""The state of an entity in lines: when it is of comes first, and each event stands once above its fields."""

from datetime import timedelta

from explorer.entity_state import EntityState, Origin
from explorer.widgets.state_lines import SECTION, state_lines
from store import Entity
from tests.builders import NOON, make_event

EVENT = make_event(1, entity=Entity(type="CUSTOMER", id="customer-1", name="A name that is so long " * 4))


def lines_of(state: EntityState) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in state_lines(state, {SECTION: True})]


def test_the_moment_is_told_before_the_entity_so_that_a_narrow_terminal_cuts_no_time() -> None:
    heading = lines_of(EntityState(EVENT, NOON, EVENT))[0]
    assert heading.startswith("▾ State at 2026-11-20 12:00:00.000 UTC  Customer customer-1")
    assert lines_of(EntityState(EVENT, None, EVENT))[0].startswith("▾ State with this event  Customer customer-1")


def test_events_of_one_moment_stand_once_each_above_all_of_their_fields() -> None:
    first, second = (make_event(id=name, occurred_at=NOON) for name in ("first", "second"))
    later = make_event(id="later", occurred_at=NOON + timedelta(seconds=1))
    fields = (("a", first), ("b", second), ("c", later), ("d", first), ("e", second))
    origins = tuple(Origin((name,), "value", event) for name, event in fields)
    drawn = lines_of(EntityState(EVENT, None, EVENT, origins))[1:]
    assert [line.split()[0].rstrip(":") for line in drawn] == ["set", "c", "set", "a", "d", "set", "b", "e"]
