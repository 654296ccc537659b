"""Whatever is written, written late, deleted and imported again, in any order: every answer equals the naive one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store import Event, check_log, open_repository, open_writer, prune_log
from store.references import reference
from store.session_orders import SQLITE_ORDERS
from tests.builders import make_event
from tests.store.conftest import NewDatabase
from tests.store.drawn_bounds import draw_bounds
from tests.store.exact import assert_exact
from tests.store.plain_log import (
    EVENTS,
    FILTERS,
    LAST,
    MOMENTS,
    OPEN,
    Log,
    collide,
    hold_against,
    hold_arrivals_against,
    hold_bars_against,
    hold_traces_against,
    positions,
)

STEPS = st.lists(st.sampled_from(["write", "write", "write again", "prune", "prune"]), min_size=3, max_size=8)


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a whole database: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_is_exact_after_any_writes_prunes_and_imports(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr("store.prune.TRANSACTION_EVENTS", 5)
    monkeypatch.setattr("store.recount.SLICE_EVENTS", 7)
    monkeypatch.setattr("store.dialect.Sqlite.orders", replace(SQLITE_ORDERS, turn_seconds=0.0))
    monkeypatch.setattr("store.combination_cache.TRUST_SECONDS", 0.0)
    draw_bounds(monkeypatch, data)
    monkeypatch.setattr("store.recent_arrivals.KEPT", data.draw(st.sampled_from([1, 20, 100_000])))
    monkeypatch.setattr("store.distant_arrivals.HELD", data.draw(st.sampled_from([1, 20_000])))
    make_reference = data.draw(st.sampled_from([reference, collide]))
    ever: list[Event] = []

    def new_events() -> list[Event]:
        kinds = data.draw(st.lists(EVENTS, min_size=1, max_size=8))
        tie = data.draw(st.sampled_from([0, 0, 50]))  # more than a microsecond has slots
        copies = [*data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=15)), *kinds[:1] * tie]
        made = [make_event(id=f"e{len(ever) + number}", **fields) for number, fields in enumerate(copies)]
        ever.extend(made)
        return made

    async def run() -> None:
        address = new_database()
        stored: list[Event] = []  # in the order of arrival
        writers = [await open_writer(address, make_reference) for _ in range(2)]
        await writers[0].write(events := new_events())
        stored += events
        repository = await open_repository(address, make_reference)
        try:
            for step in data.draw(STEPS):
                if step == "prune":
                    near = st.sampled_from(ever).map(lambda event: event.occurred_at)
                    before = data.draw(near | near | MOMENTS | st.just(LAST))
                    if before < LAST and data.draw(st.booleans()):
                        before += timedelta(microseconds=1)
                    older = [event for event in stored if event.occurred_at < before]
                    assert await prune_log(address, before, make_reference=make_reference) == len(older)
                    stored = [event for event in stored if event.occurred_at >= before]
                else:
                    again = data.draw(st.lists(st.sampled_from(ever), max_size=20, unique_by=lambda event: event.id))
                    batch = again if step == "write again" else [*again[:3], *new_events()]
                    missing = [event for event in batch if event not in stored]
                    report = await data.draw(st.sampled_from(writers)).write(batch)
                    assert (report.stored, report.repeated) == (len(missing), len(batch) - len(missing))
                    stored += missing
                await hold_arrivals_against(
                    repository, Log(stored), data.draw(st.sampled_from([OPEN, data.draw(FILTERS)]))
                )
                log = Log(stored)
                for event_filter in (OPEN, data.draw(FILTERS), data.draw(FILTERS)):
                    limit, ordinal = data.draw(st.integers(1, 30)), data.draw(st.integers(0, len(stored) + 1))
                    position = data.draw(positions(ever))
                    await hold_against(repository, log, event_filter, position, limit, ordinal)
                    await hold_traces_against(repository, log, event_filter, position, limit)
                    if stored:
                        await hold_bars_against(repository, log, event_filter, data.draw(MOMENTS), 31)
                assert await assert_exact(address) == len(stored)
            report = await check_log(address, make_reference=make_reference)
            assert report.findings == (), [one.sentence for one in report.findings]
        finally:
            await repository.close()
            for writer in writers:
                await writer.close()

    asyncio.run(run())
