"""Events as columns: in order of time, each id once, and the same after they were sent to another process."""

import pickle
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store import Actor, Entity
from store.columns import EventColumns, columns_of
from store.plain_event import plain_event
from store.references import WITHOUT_ID
from store.stored_text import all_ids_to_stored, id_to_stored
from tests.builders import NOON, make_event

ARRIVING = st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 3)), max_size=12)
"""Numbers of ids, and microseconds."""

UUIDS = st.uuids().map(str)


def columns_with(arriving: list[tuple[int, int]]) -> EventColumns:
    return columns_of(
        plain_event(
            make_event(place, id=f"e{number}", occurred_at=NOON + timedelta(microseconds=time), payload=f"[{place}]")
        )
        for place, (number, time) in enumerate(arriving)
    )


@given(ARRIVING)
def test_columns_hold_the_first_event_of_each_id_in_order_of_time_and_then_of_arrival(
    arriving: list[tuple[int, int]],
) -> None:
    first = {number: (time, place) for place, (number, time) in reversed([*enumerate(arriving)])}
    columns = columns_with(arriving)
    places = [place for _, place in sorted(first.values())]
    assert columns.given == len(arriving)
    assert list(columns.details[5]) == [f"[{place}]" for place in places]
    assert list(columns.ids) == [f"e{arriving[place][0]}".encode().rjust(3, b"\xff") for place in places]


@given(ARRIVING)
def test_columns_survive_the_way_to_another_process(arriving: list[tuple[int, int]]) -> None:
    columns = columns_with(arriving)
    assert pickle.loads(pickle.dumps(columns)) == columns


def test_an_entity_without_an_id_is_told_from_none() -> None:
    events = [
        make_event(number, id=f"e{number}", entity=entity)
        for number, entity in enumerate([None, Entity(name="Zoë"), Entity(id="x")])
    ]
    assert list(columns_of(map(plain_event, events)).entities) == [None, WITHOUT_ID, "x"]


def test_equal_actors_are_one_object_so_that_they_are_sent_once() -> None:
    events = [make_event(number, id=f"e{number}", actor=Actor(id="u")) for number in range(2)]
    first, second = columns_of(map(plain_event, events)).actors
    assert first is second


@given(st.lists(UUIDS | UUIDS.map(lambda uuid: f"{uuid}\n{uuid}") | st.sampled_from(["", "\n", "\ud800"])))
def test_ids_are_stored_together_as_they_are_one_by_one(ids: list[str]) -> None:
    assert all_ids_to_stored(ids) == [id_to_stored(event_id) for event_id in ids]
