"""A log as a plain list, and what every answer of a repository must be when it is held against one."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from store import (
    EVENT_NAMES,
    NEWEST,
    OLDEST,
    Actor,
    Choice,
    Direction,
    Entity,
    Event,
    EventFilter,
    EventPage,
    EventRepository,
    Position,
    TimeRange,
)
from store.event_filter import actor_answers_to
from tests.builders import NOON

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
STARTS = (datetime(1969, 12, 31, 23, 59, 59, 999_998, tzinfo=UTC), NOON)

# Hundreds of events in one microsecond run on into the next ones; hours and days reach every level of the rollup.
MOMENTS = st.one_of(
    st.builds(lambda start, later: start + timedelta(microseconds=later), st.sampled_from(STARTS), st.integers(0, 3)),
    st.builds(
        lambda start, hours, later: start + timedelta(hours=hours, microseconds=later),
        st.sampled_from(STARTS),
        st.integers(-2_000, 2_000),
        st.integers(-1, 1),
    ),
    st.sampled_from([FIRST, FIRST + timedelta(microseconds=1), LAST, LAST - timedelta(microseconds=1)]),
)
ENTITIES = st.sampled_from(
    [
        *(
            None,
            Entity(),
            Entity(type="CUSTOMER", id="a", name="A"),
            Entity(type="PLAN", id="b|@ "),
            Entity(type="ODD"),
        ),
        *(Entity(type="SUBSCRIPTION", id="c"), Entity(type="CREDIT", id="d"), Entity(type="CREDIT", id="")),
    ]
)
PARENTS = st.sampled_from([None, None, "a", "c", "d", "b|@ ", "only a parent", ""])
ACTORS = st.sampled_from(
    [
        None,
        Actor(),
        Actor(type="USER", id="u1", name="Ann", email="Ann@acme.example"),
        Actor(type="SYSTEM", id="ann", ip_address="192.0.2.1", more='{"role":"x"}'),
    ]
)
EVENTS = st.builds(
    lambda moment, name, environment, entity, parent, actor, trace: {
        "occurred_at": moment,
        "event_name": name,
        "environment": environment,
        "entity": entity,
        "parent_entity_id": parent,
        "actor": actor,
        "trace_id": trace,
    },
    MOMENTS,
    st.sampled_from(["PLAN_CREATED", "CUSTOMER_UPDATED", "SYNC_FAILED", "own\0\ud800"]),
    st.sampled_from([None, "production", "dev"]),
    ENTITIES,
    PARENTS,
    ACTORS,
    st.sampled_from([None, "t1", "t2", "t3"]),
)


def choices(*values: str, patterns: tuple[str, ...] = ()) -> st.SearchStrategy[Choice]:
    some = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    alone = st.just(Choice()) | st.builds(Choice, included=some) | st.builds(Choice, included=some, excluded=some)
    if not patterns:
        return alone
    few = st.lists(st.sampled_from(patterns), max_size=1).map(tuple)
    return alone | alone | st.builds(Choice, included=some, patterns=few, excluded_patterns=few)


FILTERS = st.builds(
    EventFilter,
    time=st.builds(TimeRange, since=st.none() | MOMENTS, until=st.none() | MOMENTS),
    environments=choices("production", "dev", "none such", patterns=("*", "p*", "*v")),
    event_names=choices("plan.created", "customer updated", "own\0\ud800", patterns=("plan.*", "*failed", "own*")),
    entity_types=choices("customer", "odd", patterns=("*", "c*")),
    entity_ids=choices("a", "b|@ ", "none such"),
    actor_types=choices("user", "System", patterns=("*s*",)),
    actors=choices("ANN", "u1", "ann@ACME.example", "192.0.2.1", patterns=("ann*", "*", "192.*", "u*1")),
    trace_ids=choices("t1", "t2", "none such"),
    belongs_to=choices("a", "c", "only a parent", "", "none such"),
)
OPEN = EventFilter(time=TimeRange(since=None))


class Log:
    """A log as a plain list, newest first: what the databases are held against.

    With `one_level`, nothing more is known of what belongs to what than each event says.
    """

    def __init__(self, arrived: Sequence[Event], *, one_level: bool = False) -> None:
        in_order = sorted(enumerate(arrived), key=lambda one: (one[1].occurred_at, one[0]), reverse=True)
        self.events = [event for _, event in in_order]
        self.place = {event.id: place for place, event in enumerate(self.events)}

        self.families = {} if one_level else families_of(arrived)

    def shows(self, event_filter: EventFilter, event: Event) -> bool:
        return event_filter.matches(event, self.families)

    def around(self, position: Position) -> tuple[list[Event], list[Event], list[Event]]:
        """The events newer than a position, at it, and older."""
        if position.id in self.place:
            place = self.place[position.id]
            return self.events[:place], self.events[place : place + 1], self.events[place + 1 :]
        if position == OLDEST:
            return self.events, [], []
        newer = [event for event in self.events if event.occurred_at > position.occurred_at]
        return newer, [], self.events[len(newer) :]

    def shown_around(
        self, event_filter: EventFilter, position: Position
    ) -> tuple[list[Event], list[Event], list[Event]]:
        """The same, but those alone that match a filter."""
        newer, at, older = (
            [event for event in part if self.shows(event_filter, event)] for part in self.around(position)
        )
        return newer, at, older


def families_of(events: Sequence[Event]) -> dict[str, set[str]]:
    """For every id, the ids of all that belongs to it, itself among them."""
    children: dict[str, set[str]] = {}
    for event in events:
        if event.parent_entity_id is not None and event.entity is not None and event.entity.id is not None:
            children.setdefault(event.parent_entity_id, set()).add(event.entity.id)
    families: dict[str, set[str]] = {}
    for owner in children:
        found, waiting = {owner}, [owner]
        while waiting:
            new = children.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        families[owner] = found
    return families


async def hold_against(
    repository: EventRepository, log: Log, event_filter: EventFilter, position: Position, limit: int, ordinal: int
) -> None:
    shown = [event for event in log.events if log.shows(event_filter, event)]
    newer, _, _ = log.shown_around(event_filter, position)
    assert (await repository.count(event_filter)).number == len(shown)
    await hold_pages_against(repository, log, event_filter, position, limit)
    assert await repository.ordinal(event_filter, position) == len(newer)
    page = await repository.page_at(event_filter, ordinal, limit)
    assert page.events == tuple(shown[ordinal : ordinal + limit])
    assert (page.has_newer, page.has_older) == (ordinal > 0 and bool(shown), len(shown) > ordinal + limit)
    facets = (await repository.facets(event_filter)).fields
    values = {
        "environments": lambda event: event.environment,
        "event_names": lambda event: event.event_name,
        "entity_types": lambda event: event.entity and event.entity.type,
        "actor_types": lambda event: event.actor and event.actor.type,
    }
    assert facets.keys() == values.keys()
    for field, value_of in values.items():
        lifted = event_filter.with_choice(field, Choice())
        expected = Counter(value_of(event) for event in log.events if log.shows(lifted, event))
        found = facets[field]
        assert {facet.value: facet.count for facet in found} == expected
        assert [facet.count for facet in found] == sorted(expected.values(), reverse=True)

    lifted = event_filter.with_choice("actors", Choice())
    actors = [event.actor for event in log.events if event.actor and log.shows(lifted, event)]
    named = {next(filter(None, (actor.name, actor.email, actor.id, actor.ip_address)), None) for actor in actors}
    found = (await repository.actor_facets(event_filter)).fields["actors"]
    assert {facet.value: facet.count for facet in found} == {
        name: sum(actor_answers_to(name, actor) for actor in actors) for name in named if name is not None
    }


async def hold_pages_against(
    repository: EventRepository, log: Log, event_filter: EventFilter, position: Position, limit: int
) -> None:
    newer, at, older = log.shown_around(event_filter, position)
    page = await repository.page(event_filter, position, "older", limit)
    assert page.events == tuple(older[:limit])
    assert (page.has_newer, page.has_older) == (bool(newer or at), len(older) > limit)
    page = await repository.page(event_filter, position, "newer", limit)
    assert page.events == tuple(newer[-limit:])
    assert (page.has_newer, page.has_older) == (len(newer) > limit, bool(older or at))


async def hold_bars_against(
    repository: EventRepository,
    log: Log,
    event_filter: EventFilter,
    now: datetime,
    most_bars: int,
    *,
    spans_matches: bool = True,
) -> None:
    """With `spans_matches` open bars reach over the matches, else over all events."""
    shown = [event for event in log.events if log.shows(event_filter, event)]
    histogram = await repository.histogram(event_filter, now, most_bars)
    bars = histogram.bars
    assert len(bars) <= most_bars
    assert [bar.since for bar in bars[1:]] == [bar.until for bar in bars[:-1]]
    assert {bar.until - bar.since for bar in bars[1:-1]} <= {histogram.width}
    since, until = event_filter.time.ends
    spanned = [event.occurred_at for event in (shown if spans_matches else log.events)]
    begin = since or min(spanned, default=LAST)
    end = until or (now if begin <= now else LAST)
    later = [event for event in shown if event.occurred_at > end]
    drawn = [event for event in shown if event not in later]
    in_bar = Counter(histogram.place(event.occurred_at) for event in drawn)
    failed = [event for event in drawn if EVENT_NAMES.kind(event.event_name) == "failure"]
    failed_in_bar = Counter(histogram.place(event.occurred_at) for event in failed)
    assert None not in in_bar
    assert not bars or bars[-1].since <= (max(spanned, default=LAST) if until is None and begin > now else end)
    assert [(bar.count, bar.failures) for bar in bars] == [
        (in_bar[place], failed_in_bar[place]) for place in range(len(bars))
    ]
    assert histogram.later == len(later)


async def hold_arrivals_against(repository: EventRepository, log: "Log", event_filter: EventFilter) -> None:
    """All of the log came in behind the batch 0."""
    found: list[Event] = []
    after, newest = 0, await repository.newest_batch()
    while after < newest:
        arrivals = await repository.arrivals(event_filter, after, enough=7)
        assert await repository.count_arrivals(event_filter, after, arrivals.newest) == len(arrivals.events)
        found += arrivals.events
        assert arrivals.newest > after
        after = arrivals.newest
    assert len(found) == len({event.id for event in found})
    assert {event.id for event in found} == {event.id for event in log.events if log.shows(event_filter, event)}


async def hold_traces_against(
    repository: EventRepository, log: Log, event_filter: EventFilter, position: Position, limit: int
) -> None:
    shown = [event for event in log.events if log.shows(event_filter, event)]
    folded = fold(shown)
    newer, at, older = ([event for event in part if event in folded] for part in log.around(position))
    is_behind = {
        "older": any(log.shows(event_filter, event) for part in log.around(position)[:2] for event in part),
        "newer": any(log.shows(event_filter, event) for part in log.around(position)[1:] for event in part),
    }
    page = await whole_folded_page(repository, event_filter, position, "older", limit)
    assert page.events == tuple(older[:limit])
    assert (page.has_newer, page.has_older) == (is_behind["older"], len(older) > limit)
    page = await whole_folded_page(repository, event_filter, position, "newer", limit)
    assert page.events == tuple(newer[-limit:])
    assert (page.has_newer, page.has_older) == (len(newer) > limit, is_behind["newer"])
    assert len(newer) + len(at) + len(older) == len(folded)

    times: dict[str, list[datetime]] = {}
    for event in shown:
        if event.trace_id is not None:
            times.setdefault(event.trace_id, []).append(event.occurred_at)
    known = sorted({event.trace_id for event in log.events if event.trace_id is not None})
    extents = await repository.trace_extents(event_filter, known)
    assert {trace_id: (each.number, each.exact, each.first, each.last) for trace_id, each in extents.items()} == {
        trace_id: (len(each), True, min(each), max(each)) for trace_id, each in times.items()
    }


def fold(events: Sequence[Event]) -> list[Event]:
    """The newest event of each trace, and every one that has none; `events` are newest first."""
    seen: set[str | None] = set()
    folded = []
    for event in events:
        if event.trace_id is None or event.trace_id not in seen:
            folded.append(event)
        seen.add(event.trace_id)
    return folded


async def whole_folded_page(
    repository: EventRepository, event_filter: EventFilter, start: Position, direction: Direction, limit: int
) -> EventPage:
    """What is found from `start` on, and from where it was not yet finished, as one page."""
    page = await repository.folded_page(event_filter, start, direction, limit)
    events = page.events
    while page.searched_to is not None:
        behind = page.has_newer if direction == "older" else page.has_older
        assert page.has_older if direction == "older" else page.has_newer
        page = await repository.folded_page(event_filter, page.searched_to, direction, limit - len(events))
        events = (*events, *page.events) if direction == "older" else (*page.events, *events)
        page = page.replaced(**{"has_newer" if direction == "older" else "has_older": behind})
    return page.replaced(events=events)


def positions(events: Sequence[Event]) -> st.SearchStrategy[Position]:
    """Places at and around these events, which need not be there, and the ends of the log."""
    at_events = st.sampled_from(events).flatmap(
        lambda event: st.sampled_from(
            [
                Position.of(event),
                Position(occurred_at=event.occurred_at),
                Position(occurred_at=event.occurred_at, id="gone"),
            ]
        )
    )
    return st.sampled_from([NEWEST, OLDEST]) | at_events


def collide(text: str, salt: int) -> int:
    """At first a number of three bits, so that nearly all texts share one."""
    return hash_of(text) % 8 if salt == 0 else hash_of(f"{salt}{text}") % 1_000_000


def hash_of(text: str) -> int:
    return sum((place + 1) * ord(sign) for place, sign in enumerate(text))
