"""A log under a masking: what is seen can be asked for by its pseudonym, and no question tells what is hidden."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from rich.pretty import pretty_repr

from store import (
    NEWEST,
    OLDEST,
    Actor,
    Choice,
    DatabaseUnavailable,
    EventFilter,
    EventPage,
    MaskedRepository,
    Masking,
    MaskingMistake,
    Position,
    TimeRange,
    open_repository,
    parse_filter,
)
from store.masking import masked_repository
from tests.builders import NOON, make_event
from tests.logs import numbered_events, write_log

EVER = TimeRange(since=None)
EVERYTHING = EventFilter(time=EVER)
DANA = "dana@northlake.example"
MASKING = Masking(name="support", key=b"key", names=True, paths=("payload.plan.id",))


@asynccontextmanager
async def opened(path: Path, masking: Masking = MASKING, events: int = 60) -> AsyncIterator[MaskedRepository]:
    by_address = make_event(
        99, id=f"of {DANA}", actor=Actor(id="user-7", name="Quentin"), payload='{"by": "quentin@acme.example"}'
    )
    address = await write_log(path / "log.db", [*numbered_events(events), by_address])
    repository = MaskedRepository(await open_repository(address), masking)
    try:
        yield repository
    finally:
        await repository.close()


async def newest(repository: MaskedRepository, event_filter: EventFilter = EVERYTHING) -> EventPage:
    return await repository.page(event_filter, NEWEST, "older", 100)


async def test_pages_are_walked_whole_also_where_ids_are_hidden(tmp_path: Path) -> None:
    async with opened(tmp_path) as repository:
        seen: list[str] = []
        position = NEWEST
        while page := (await repository.page(EVERYTHING, position, "older", 1)).events:
            seen.append(page[0].id)
            position = Position.of(page[0])
            assert await repository.ordinal(EVERYTHING, position) == len(seen) - 1
            assert await repository.event(page[0].id) == page[0]
        assert len(set(seen)) == len(seen) == 61
        assert not any("@" in each for each in seen)


@pytest.mark.parametrize("field", ["actors", "entity_ids", "trace_ids", "payload.plan.id", "payload.by"])
async def test_whatever_an_event_shows_can_be_asked_for(tmp_path: Path, field: str) -> None:
    async with opened(tmp_path) as repository:
        page = await newest(repository)
        (quentin,) = (event for event in page.events if event.id.startswith("of "))
        shown = next(event for event in page.events if event.actor and event.actor.email and event.entity)
        assert shown.actor is not None
        assert shown.entity is not None
        assert shown.payload is not None
        value = {
            "actors": shown.actor.email,
            "entity_ids": shown.entity.id,
            "trace_ids": shown.trace_id,
            "payload.plan.id": shown.payload.split('"plan": {"id": "')[1].split('"')[0],
            "payload.by": (quentin.payload or "").split('"')[3],
        }[field]
        assert value is not None
        narrowed = EVERYTHING.with_value(field, value)
        events = (await newest(repository, narrowed)).events
        assert events
        assert all(narrowed.matches(event) for event in events)
        assert (await repository.count(narrowed)).number == len(events)
        others = EVERYTHING.with_value(field, value, excluded=True)
        assert (await repository.count(others)).number == 61 - len(events)


@pytest.mark.parametrize(("pages", "is_known"), [(2, False), (3, True), (10, True)])
async def test_a_pseudonym_is_known_where_the_newest_events_show_it(
    tmp_path: Path, pages: int, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masked_repository, "MOST_LOOKED_AT", 20)
    monkeypatch.setattr(masked_repository, "MOST_PAGES_LOOKED_AT", pages)
    async with opened(tmp_path) as repository:
        old = (await newest(repository)).events[58]
    assert old.id.startswith("of email~")
    asked = EVERYTHING.with_value("payload.by", (old.payload or "").split('"')[3])
    async with opened(tmp_path) as repository:
        if is_known:
            assert (await newest(repository, asked)).events == (old,)
        for _ in range(2):
            with pytest.raises(MaskingMistake, match="nor one of the newest"):
                await repository.count(EVERYTHING.with_value("actors", "name~aaaaaaaaaa"))
        if not is_known:
            with pytest.raises(MaskingMistake, match="nor one of the newest"):
                await newest(repository, asked)


async def shown_email(path: Path) -> str:
    async with opened(path) as repository:
        actors = (event.actor for event in (await newest(repository)).events)
        return next(actor.email for actor in actors if actor is not None and actor.email is not None)


async def test_a_pseudonym_is_known_to_all_who_ask_for_it_at_once(tmp_path: Path) -> None:
    asked = EVERYTHING.with_value("actors", await shown_email(tmp_path))
    async with opened(tmp_path) as repository:
        counts = await asyncio.gather(*(repository.count(asked) for _ in range(3)))
        assert {count.number for count in counts} == {len((await newest(repository, asked)).events)}


@pytest.mark.parametrize("end", [asyncio.CancelledError(), DatabaseUnavailable("The log went away.")], ids=repr)
async def test_a_pseudonym_is_known_also_after_a_question_for_it_was_stopped_or_failed(
    tmp_path: Path, end: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = EVERYTHING.with_value("actors", await shown_email(tmp_path))
    log = await open_repository(await write_log(tmp_path / "log.db", []))
    repository = MaskedRepository(log, MASKING)
    with monkeypatch.context() as patched:
        patched.setattr(log, "page", AsyncMock(side_effect=end))
        with pytest.raises(type(end)):
            await repository.count(asked)
    assert (await repository.count(asked)).number
    await repository.close()


async def test_the_values_of_fields_are_pseudonyms_that_can_be_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as repository:
        actors = (await repository.actor_facets(EVERYTHING)).fields["actors"]
        words = {facet.value: facet.count for facet in actors}
        assert not any(word and ("Dana" in word or "Quentin" in word) for word in words)
        for word, count in words.items():
            if word is not None:
                assert (await repository.count(EVERYTHING.with_value("actors", word))).number == count


@pytest.mark.parametrize(
    "text",
    [
        f"actor:{DANA}",
        "actor:203.0.113.24",
        'actor:"Dana Whitfield"',
        'actor:"Nobody of that name"',
        f"-actor:{DANA}",
        '-actor:"Dana Whitfield"',
        "actor:dana*",
        "-actor:*northlake*",
        "actor:email~aaaaaaaaaa",
        f"entity:{DANA}",
        "entity:cust*",
        "trace:t*",
        "dana",
        f"text:{DANA}",
        "-text:dana",
        "payload.plan.id:plan-growth",
        "payload.plan.0.id:plan-growth",
        "-payload.plan.id:plan-growth",
        "payload.by:quentin@acme.example",
        "payload.by:Quentin",
        "-payload.user.name:Nobody",
        "payload.plan.id:>5",
        "-payload.plan.id.0:..5",
        "payload.user.name:>5",
        "payload.owner.0:1..2",
        "payload.by:quentin*",
        "-payload.number:3*",
    ],
)
async def test_no_question_tells_what_is_hidden(tmp_path: Path, text: str) -> None:
    event_filter = parse_filter(f"since:all {text}")
    async with opened(tmp_path) as repository:
        questions = (
            lambda: repository.page(event_filter, NEWEST, "older", 10),
            lambda: repository.page_at(event_filter, 0, 10),
            lambda: repository.ordinal(event_filter, OLDEST),
            lambda: repository.count(event_filter),
            lambda: repository.facets(event_filter),
            lambda: repository.actor_facets(event_filter),
            lambda: repository.histogram(event_filter, NOON, 10),
            lambda: repository.arrivals(event_filter, 0, 10),
            lambda: repository.count_arrivals(event_filter, 0, 1),
        )
        for ask in questions:
            with pytest.raises(MaskingMistake):
                await ask()


@pytest.mark.parametrize(
    "text",
    [
        "name:*failed",
        "environment:prod*",
        "actor:*",
        "actor:user-7",
        "entity:customer-1",
        "payload.number:3",
        "payload.number:>2",
        "payload.number:*",
        "payload.by:*",
    ],
)
async def test_what_is_not_hidden_is_asked_for_as_ever(tmp_path: Path, text: str) -> None:
    async with opened(tmp_path) as repository:
        events = (await newest(repository, parse_filter(f"since:all {text}"))).events
        assert events


async def test_names_are_asked_for_where_they_are_not_hidden(tmp_path: Path) -> None:
    async with opened(tmp_path, Masking(name="some", key=b"key")) as repository:
        assert (await newest(repository, parse_filter('since:all actor:"Dana Whitfield"'))).events
        with pytest.raises(MaskingMistake):
            await newest(repository, parse_filter(f"since:all actor:{DANA}"))


async def test_texts_are_searched_where_the_masking_allows_it(tmp_path: Path) -> None:
    async with opened(tmp_path, MASKING.replaced(search=True)) as repository:
        page = await newest(repository, parse_filter("since:all text:growth"))
        assert page.events
        assert "plan-growth" not in str(page)


async def test_new_events_are_masked_as_well(tmp_path: Path) -> None:
    async with opened(tmp_path) as repository:
        arrivals = await repository.arrivals(EVERYTHING, 0, 1_000)
        assert len(arrivals.events) == 61
        assert DANA not in str(arrivals)
        assert "plan-growth" not in str(arrivals)


async def test_a_shown_text_is_revealed_where_the_masking_allows_it_and_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path, MASKING.replaced(reveal=True)) as repository:
        event = (await newest(repository, EVERYTHING)).events[0]
        shown = next(each for each in (await newest(repository)).events if each.actor and each.actor.email)
        assert shown.actor is not None
        assert repository.revealed(f"by {shown.actor.email}") == f"by {DANA}"
        assert repository.revealed(event.event_name) is None
        assert repository.revealed("email~aaaaaaaaaa") is None
        shown_word = shown.actor.email
    async with opened(tmp_path, MASKING) as repository:
        await newest(repository)
        assert repository.revealed(shown_word or "") is None


async def test_large_events_are_masked_without_keeping_others_waiting(tmp_path: Path) -> None:
    payload = '{"lines": [' + ", ".join(['"from 10.0.0.1 by dana@northlake.example"'] * 20_000) + "]}"
    address = await write_log(tmp_path / "log.db", [make_event(payload=payload)])
    repository = MaskedRepository(await open_repository(address), Masking(name="x", key=b"key"))
    try:
        asked = asyncio.create_task(newest(repository))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 10
        assert "dana" not in str(asked.result())
    finally:
        await repository.close()


def test_the_key_is_not_shown() -> None:
    masking = Masking(name="x", key=b"hushed")
    assert "hushed" not in repr(masking) + pretty_repr(masking)


def test_a_path_must_lead_into_an_event() -> None:
    for path in ("customer.phone", "payload", "actor.name"):
        with pytest.raises(ValueError, match="must begin with payload"):
            Masking(name="x", key=b"", paths=(path,))
    assert Choice(included=("x",))


async def test_traces_are_folded_under_the_ids_that_are_seen(tmp_path: Path) -> None:
    events = [make_event(number, trace_id=f"{number % 2} by {DANA}") for number in range(6)]
    address = await write_log(tmp_path / "log.db", events)
    repository = MaskedRepository(await open_repository(address), MASKING)
    page = await repository.folded_page(EVERYTHING, NEWEST, "older", 9)
    shown = [event.trace_id or "" for event in page.events]
    assert [event.id for event in page.events] == ["event-5", "event-4"]
    assert not any("@northlake" in trace_id for trace_id in shown)
    extents = await repository.trace_extents(EVERYTHING, shown)
    assert [extents[trace_id].number for trace_id in shown] == [3, 3]
    assert (await repository.folded_page(EVERYTHING, Position.of(page.events[0]), "older", 9)).events == page.events[1:]
    await repository.close()


async def test_the_list_of_actors_hides_addresses_that_do_not_look_like_any_as_their_events_do(tmp_path: Path) -> None:
    actors = (Actor(email="Dana Whitfield <dana@northlake.example>"), Actor(ip_address="danas-laptop.corp"))
    address = await write_log(tmp_path / "log.db", [make_event(at, actor=actor) for at, actor in enumerate(actors)])
    repository = MaskedRepository(await open_repository(address), Masking(name="some", key=b"key"))
    shown = [event.actor for event in (await newest(repository)).events if event.actor]
    words = {facet.value for facet in (await repository.actor_facets(EVERYTHING)).fields["actors"]}
    assert words == {actor.email or actor.ip_address for actor in shown}
    assert not any("ana" in (word or "") for word in words)
    await repository.close()


async def test_an_event_is_not_found_by_what_is_hidden_of_its_id(tmp_path: Path) -> None:
    async with opened(tmp_path) as repository:
        assert await repository.event(f"of {DANA}") is None
        await newest(repository)
        assert await repository.event(f"of {DANA}") is None


@pytest.mark.parametrize(
    "masking", [MASKING.replaced(search=True), Masking(name="some", key=b"key")], ids=["search", "names"]
)
async def test_texts_of_payloads_are_asked_for_where_no_name_is_hidden_or_texts_are_searched(
    tmp_path: Path, masking: Masking
) -> None:
    async with opened(tmp_path, masking) as repository:
        assert not (await newest(repository, parse_filter("since:all payload.by:Quentin"))).events


async def test_ids_that_differ_in_the_spelling_of_an_address_alone_stay_apart(tmp_path: Path) -> None:
    addresses = (DANA, DANA.title(), DANA.replace("@", "%40"), "10.0.0.1", "::ffff:10.0.0.1")
    events = [make_event(id=f"of {each}", payload=f'{{"number": {at}}}') for at, each in enumerate(addresses)]
    repository = MaskedRepository(await open_repository(await write_log(tmp_path / "log.db", events)), MASKING)
    seen: list[str | None] = []
    position = NEWEST
    while page := (await repository.page(EVERYTHING, position, "older", 1)).events:
        seen.append(page[0].payload)
        position = Position.of(page[0])
        assert await repository.event(page[0].id) == page[0]
    assert len(set(seen)) == len(seen) == len(addresses)
    await repository.close()


async def test_a_text_that_is_masked_is_told_from_one_that_is_not_also_when_it_was_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path, MASKING.replaced(reveal=True)) as repository:
        assert repository.revealed("by email~aaaaaaaaaa") is None
        assert repository.is_masked("by email~aaaaaaaaaa")
        assert not repository.is_masked("by dana")


@pytest.mark.parametrize("hidden_at", [1, 2])
async def test_an_id_that_is_also_the_hidden_name_of_another_is_not_asked_for(tmp_path: Path, hidden_at: int) -> None:
    events = [
        make_event(hidden_at, actor=Actor(id="user-9", name="Carol")),
        make_event(3 - hidden_at, actor=Actor(id="carol")),
        make_event(3, actor=Actor(id="dave", name="Dave")),
    ]
    repository = MaskedRepository(await open_repository(await write_log(tmp_path / "log.db", events)), MASKING)
    with pytest.raises(MaskingMistake):
        await newest(repository, parse_filter("since:all actor:carol"))
    assert len((await newest(repository, parse_filter("since:all actor:dave"))).events) == 1
    await repository.close()
