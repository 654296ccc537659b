"""What belongs to an entity, over several levels: exact however events come in and go, on every database."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from store import (
    NEWEST,
    DatabaseAddress,
    Entity,
    Event,
    check_log,
    open_repository,
    open_writer,
    parse_filter,
    prune_log,
)
from store.connections import Connections
from store.schema import descent, event_detail
from store.schema import event as event_table
from tests.builders import NOON, make_event
from tests.store.exact import assert_exact
from tests.store.plain_log import Log

KEYS_ARE_EQUAL = event_table.c.time_key == event_detail.c.time_key


def of(number: int, entity_id: str | None, parent_id: str | None = None, hours: int | None = None) -> Event:
    return make_event(
        number,
        occurred_at=NOON + timedelta(hours=number if hours is None else hours),
        entity=None if entity_id is None else Entity(type="THING", id=entity_id),
        parent_entity_id=parent_id,
    )


async def write(address: DatabaseAddress, events: Sequence[Event]) -> None:
    async with await open_writer(address) as writer:
        await writer.write(events)


async def shown(address: DatabaseAddress, text: str) -> set[str]:
    repository = await open_repository(address)
    try:
        event_filter = parse_filter(f"since:all {text}")
        page = await repository.page(event_filter, NEWEST, "older", 100)
        assert (await repository.count(event_filter)).number == len(page.events)
        return {event.id for event in page.events}
    finally:
        await repository.close()


async def test_what_belongs_to_something_brings_what_belongs_to_it_over_any_number_of_levels(
    database: DatabaseAddress,
) -> None:
    chain = [of(number, f"level-{number}", f"level-{number - 1}" if number else None) for number in range(40)]
    await write(database, [*chain, of(40, "another", "level-none")])
    assert await shown(database, "belongs_to:level-0") == {f"event-{number}" for number in range(40)}
    assert await shown(database, "belongs_to:level-30") == {f"event-{number}" for number in range(30, 40)}
    assert await shown(database, "-belongs_to:level-1") == {"event-0", "event-40"}


async def test_a_parent_that_has_no_events_of_its_own_has_those_of_its_children(database: DatabaseAddress) -> None:
    await write(database, [of(1, "child", "parent"), of(2, "grandchild", "child"), of(3, "other")])
    assert await shown(database, "belongs_to:parent") == {"event-1", "event-2"}


@pytest.mark.parametrize("late_last", [True, False])
async def test_the_event_that_says_what_something_belongs_to_may_come_last(
    database: DatabaseAddress, late_last: bool
) -> None:
    link, below = of(1, "subscription", "customer"), of(2, "usage", "subscription")
    for event in [below, link] if late_last else [link, below]:
        await write(database, [event])
    assert await shown(database, "belongs_to:customer") == {"event-1", "event-2"}
    assert await assert_exact(database) == 2


async def test_things_that_belong_to_each_other_in_a_circle_are_found_once(database: DatabaseAddress) -> None:
    events = [of(1, "a", "b"), of(2, "b", "c"), of(3, "c", "a"), of(4, "d", "d"), of(5, "e", "d")]
    await write(database, events)
    for start in "abc":
        assert await shown(database, f"belongs_to:{start}") == {"event-1", "event-2", "event-3"}
    assert await shown(database, "belongs_to:d") == {"event-4", "event-5"}


async def test_an_event_belongs_to_the_parent_that_it_names_and_to_no_other(database: DatabaseAddress) -> None:
    """A feature that two customers have is not a way from one to the other."""
    events = [of(1, "seats", "customer-1"), of(2, "seats", "customer-2"), of(3, "seats"), of(4, "use", "seats")]
    await write(database, events)
    assert await shown(database, "belongs_to:customer-1") == {"event-1", "event-3", "event-4"}
    assert await shown(database, "belongs_to:seats") == {"event-1", "event-2", "event-3", "event-4"}


async def test_what_is_pruned_leads_nowhere_any_more_and_leads_again_once_it_is_imported_again(
    database: DatabaseAddress,
) -> None:
    events = [of(1, "subscription", "customer"), of(2, "usage", "subscription"), of(3, "customer")]
    await write(database, events)
    await prune_log(database, events[1].occurred_at)
    assert await shown(database, "belongs_to:customer") == {"event-3"}
    assert await assert_exact(database) == 2
    await write(database, events)
    assert await shown(database, "belongs_to:customer") == {"event-1", "event-2", "event-3"}


async def test_a_check_finds_what_belongs_to_something_else_than_the_events_say_and_repairs_it(
    database: DatabaseAddress,
) -> None:
    await write(database, [of(1, "subscription", "customer"), of(2, "usage", "subscription")])
    assert (await check_log(database)).findings == ()
    connections = Connections(database, writes=True)
    async with connections.one() as connection:
        await connection.execute(delete(descent))
        await connection.execute(insert(descent), {"parent_ref": 5, "child_ref": 6})
    await connections.close()
    assert [finding.sentence for finding in (await check_log(database)).findings] == [
        "What belongs to what lacks 1 pairs that events have.",
        "What belongs to what has 1 pairs that no event has.",
    ]
    assert (await check_log(database, repair=True)).remaining == ()
    assert await shown(database, "belongs_to:customer") == {"event-1", "event-2"}


async def test_with_thousands_of_things_each_with_things_of_its_own_pages_and_counts_stay_exact(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sides.MANY_BRANCHES", 10)
    monkeypatch.setattr("store.search.WINDOW", 5)
    events = [of(number, f"customer-{number}", "account" if number % 3 else "other") for number in range(30)]
    events += [of(100 + number, f"charge-{number}", f"customer-{number % 30}") for number in range(90)]
    await write(database, events)
    log, repository = Log(events), await open_repository(database)
    for text in ("belongs_to:account", "belongs_to:other name:thing.happened", "belongs_to:account text:thing"):
        event_filter = parse_filter(f"since:all {text}")
        page = await repository.page(event_filter, NEWEST, "older", 200)
        assert page.events == tuple(event for event in log.events if log.shows(event_filter, event))
        assert (await repository.count(event_filter)).number == len(page.events)
    await repository.close()


async def test_beside_more_homes_than_are_looked_up_that_are_excluded_only_the_wanted_kind_of_event_is_shown(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sides.MANY_BRANCHES", 10)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 0)
    events = [of(number, f"customer-{number}", "account") for number in range(20)]
    events += [of(50 + number, f"charge-{number}", f"customer-{number}") for number in range(20)]
    loner = Entity(type="THING", id="loner")
    events += [make_event(100 + number, event_name=("A", "B")[number % 2], entity=loner) for number in range(20)]
    await write(database, events)
    log, repository = Log(events), await open_repository(database)
    event_filter = parse_filter("since:all name:a entity:loner -belongs_to:account")
    page = await repository.page(event_filter, NEWEST, "older", 4)
    await repository.close()
    assert page.events == tuple(event for event in log.events if log.shows(event_filter, event))[:4]


async def homes(address: DatabaseAddress) -> Mapping[str, bool]:
    """Whether the events of each entity have a home."""
    connections = Connections(address)
    rows = await connections.rows(
        select(event_detail.c.entity_id, event_table.c.home_ref)
        .join_from(event_table, event_detail, KEYS_ARE_EQUAL)
        .distinct()
    )
    await connections.close()
    return {entity_id: home_ref is not None for entity_id, home_ref in rows}


async def test_only_events_whose_entity_never_had_another_parent_are_without_a_home(database: DatabaseAddress) -> None:
    first = [of(0, "customer"), of(1, "plan", "customer"), of(2, "self", "self"), of(3, "loner"), of(4, "late")]
    await write(database, first)
    assert await homes(database) == {"customer": False, "plan": True, "self": False, "loner": False, "late": False}
    await write(database, [of(5, "late", "customer"), of(6, "late"), of(7, "self")])
    assert await homes(database) == {"customer": False, "plan": True, "self": False, "loner": False, "late": True}
    assert await shown(database, "belongs_to:customer") == {f"event-{number}" for number in (0, 1, 4, 5, 6)}
    assert await shown(database, "belongs_to:late") == {f"event-{number}" for number in (4, 5, 6)}
    assert await shown(database, "belongs_to:self") == {"event-2", "event-7"}
    assert await shown(database, "-belongs_to:self") == {f"event-{number}" for number in (0, 1, 3, 4, 5, 6)}
    assert await shown(database, "belongs_to:self entity:loner") == set()
    assert await shown(database, "belongs_to:customer -belongs_to:late -belongs_to:plan") == {"event-0"}
    assert await assert_exact(database) == 8
    assert (await check_log(database)).findings == ()
