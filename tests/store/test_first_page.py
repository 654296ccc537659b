"""The first page is what somebody waits for: it is asked for in one statement, and in no other than a page at a row."""

from collections.abc import Callable
from typing import Any

import pytest

from store import NEWEST, DatabaseAddress, EventFilter, EventPage, TimeRange, open_repository, open_writer
from store.held_connection import HeldConnection
from tests.builders import make_event

OPEN = EventFilter(time=TimeRange(since=None))
NARROW = OPEN.with_value("event_names", "name.2").with_value("trace_ids", "t1", excluded=True)
NOTHING = OPEN.with_value("event_names", "name.2").with_value("trace_ids", "t1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    fetch, asked = HeldConnection.rows, list[str]()

    async def noted(held: Any, sql: str, values: Any) -> Any:
        asked.append(sql)
        return await fetch(held, sql, values)

    monkeypatch.setattr(HeldConnection, "rows", noted)
    return asked


@pytest.mark.parametrize("event_filter", [OPEN, NARROW, NOTHING], ids=["all", "some", "none"])
async def test_a_first_page_is_one_statement_and_none_that_a_page_at_a_row_does_not_ask(
    database: DatabaseAddress, asked: list[str], event_filter: EventFilter
) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event(n, event_name=f"name.{n % 3}", trace_id=f"t{n % 3}") for n in range(30)])
    repository = await open_repository(database)
    await repository.newest_batch()  # then the whole repository is there

    async def statements(question: Callable[[], Any]) -> tuple[EventPage, list[str]]:
        await question()  # and with it all that is looked up once for a filter
        asked.clear()
        page = await question()
        return page, [sql for sql in asked if "FROM meta" not in sql]

    first, of_first = await statements(lambda: repository.page(event_filter, NEWEST, "older", 5))
    at_row, of_row = await statements(lambda: repository.page_at(event_filter, 0, 5))
    assert first == at_row
    assert not first.has_newer
    assert len(of_first) == 1
    assert of_first == of_row
    await repository.close()
