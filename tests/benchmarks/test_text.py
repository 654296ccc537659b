"""Texts are looked for as fast as the database can read them: against `instr` over the same table in plain sqlite3."""

import sqlite3
import time
from datetime import UTC, datetime

from store import NEWEST, Count, DatabaseAddress, EventFilter, EventRepository, open_repository, parse_filter
from tests.benchmarks.figures import percentile, report

NOW = datetime.now(UTC)
PAGE = 100
ROUNDS = 5
NEWEST_EVENTS = 200_000
RAW = "SELECT count(*) FROM event_detail WHERE time_key >= ? AND instr(lower(payload), 'no such text')"
NTH = "SELECT min(time_key) FROM (SELECT time_key FROM event ORDER BY time_key DESC LIMIT ?)"


def settled(text: str) -> EventFilter:
    return parse_filter(text).settled(NOW)


async def seconds_to_count(repository: EventRepository, event_filter: EventFilter) -> tuple[float, Count]:
    """How long it takes until the count is exact."""
    started = time.perf_counter()
    counted = await repository.count(event_filter)
    while not counted.exact:
        counted = await repository.count(event_filter, counted)
    return time.perf_counter() - started, counted


async def test_every_text_of_an_event_is_searched_as_fast_as_instr_searches_payloads(
    large_log: DatabaseAddress,
) -> None:
    plain = sqlite3.connect(f"file:{large_log.path}?mode=ro", uri=True)
    plain.execute("PRAGMA cache_size=-65536")
    ((key,),) = plain.execute(NTH, (NEWEST_EVENTS,)).fetchall()
    since = datetime.fromtimestamp((key >> 5) // 1_000_000, UTC)
    repository = await open_repository(large_log)
    nothing = settled(f"since:{since:%Y-%m-%dT%H:%M:%SZ} zzqqzz")
    searched = (await repository.count(settled(f"since:{since:%Y-%m-%dT%H:%M:%SZ}"))).number
    ours, raw = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        plain.execute(RAW, (key,)).fetchall()
        raw.append(NEWEST_EVENTS / (time.perf_counter() - started))
        seconds, counted = await seconds_to_count(repository, nothing)
        assert counted.number == 0
        ours.append(searched / seconds)
    plain.close()
    await repository.close()
    ratio = percentile(ours, 0.5) / percentile(raw, 0.5)
    report("text (events/s)", ours=percentile(ours, 0.5), sqlite3_instr=percentile(raw, 0.5), ratio=ratio)
    assert ratio >= 0.5


async def test_the_first_matches_of_a_common_text_come_at_once(large_log: DatabaseAddress) -> None:
    repository = await open_repository(large_log)
    for text in ("customer", "card_declined", "payload.plan.id:plan-growth", "name:plan.created e", "zzqqzz"):
        samples = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            page = await repository.page(settled(f"since:all {text}"), NEWEST, "older", PAGE)
            samples.append((time.perf_counter() - started) * 1000)
        report(
            f"first page of {text} (ms)", p50=percentile(samples, 0.5), max=max(samples), found=str(len(page.events))
        )
        assert percentile(samples, 0.5) <= 500
    await repository.close()
