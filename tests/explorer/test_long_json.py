"""JSON of any length: read like any other, while the event loop and the garbage collector lose nothing by it."""

import asyncio
import gc
import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from weakref import ref

import pytest

from explorer.copying import LONGEST_IN_MARKDOWN, LONGEST_LAID_OUT, indented, markdown
from explorer.export.markdown import code
from explorer.json_value import LONG, Members, NotJson, let_go, read_json, read_long_json
from explorer.settings import Settings
from explorer.widgets import event_detail
from explorer.widgets.event_detail import EventDetail
from store import parse_filter, texts_at
from store.event_texts import FoldedTexts
from tests.builders import make_event, monstrous_payload
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.explorer.detail_app import DetailApp
from tests.logs import NOW, numbered_event, numbered_events, write_log

TURNS = 5


@pytest.mark.parametrize("text", ['{"a": {"b": [1.50, null, "c"]}, "a": 2}', "[]", "no JSON", "[" * 100_000, ""])
def test_a_long_text_is_read_like_any_other(text: str) -> None:
    assert read_long_json(text) == read_json(text)
    assert gc.isenabled()


async def test_the_event_loop_goes_on_while_a_monstrous_text_is_read_and_let_go_of() -> None:
    text, turns, passes = monstrous_payload(50_000), 0, gc.get_stats()[-1]["collections"]
    reading = asyncio.create_task(asyncio.to_thread(read_long_json, text))
    while not reading.done():
        await asyncio.sleep(0.001)
        turns += 1
    value = reading.result()
    assert isinstance(value, Members)
    assert len(value) == 50_001
    assert turns > TURNS
    assert gc.get_stats()[-1]["collections"] == passes, "millions of values were gone through in search of garbage"
    first = value[0][1]
    letting_go, turns = asyncio.create_task(asyncio.to_thread(let_go, value)), 0
    while not letting_go.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 1
    assert value == first == Members()


@pytest.mark.parametrize(
    ("work", "keys"),
    [
        (lambda text: texts_at(text, [("key-1", "id")]), 50_000),
        (indented, 4_500),
        (lambda text: code(text + "\N{ZERO WIDTH SPACE}"), 50_000),
        (lambda text: FoldedTexts(iter([text])).hold("nowhere"), 300_000),
    ],
    ids=["a column of it", "laid out over lines", "drawn", "looked through"],
)
async def test_the_event_loop_has_its_turns_whatever_is_made_of_a_monstrous_text(
    work: Callable[[str], object], keys: int
) -> None:
    text, turns = monstrous_payload(keys), 0
    working = asyncio.create_task(asyncio.to_thread(work, text))
    while not working.done():
        await asyncio.sleep(0.001)
        turns += 1
    await working
    assert turns > TURNS


def test_what_cannot_be_read_is_let_go_of_as_well() -> None:
    let_go(NotJson("x", "not JSON"))
    let_go(None)


class Closed:
    """Something that refers to itself, as a closed dialog does."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_that_was_there_while_a_long_text_was_read_is_collected() -> None:
    for text in (json.dumps(["x"] * LONG), monstrous_payload(10_000)):
        closed = ref(Closed())
        value = read_long_json(text)
        let_go(value)
        gc.collect()
        assert closed() is None


def test_a_monstrous_value_is_left_alone_by_the_collector_until_the_last_one_is_let_go_of() -> None:
    gc.unfreeze()
    first, second = (read_long_json(monstrous_payload(10_000)) for _ in range(2))
    let_go(first)
    assert gc.get_freeze_count()
    let_go(second)
    assert not gc.get_freeze_count()


def test_a_search_for_garbage_that_is_put_off_stays_so() -> None:
    gc.disable()
    try:
        let_go(read_long_json("[]"))
        assert not gc.isenabled()
    finally:
        gc.enable()


async def test_a_monstrous_event_opens_folded_and_unfolds_while_the_list_is_walked(tmp_path: Path) -> None:
    text = monstrous_payload(5_000)
    events = [*numbered_events(60), numbered_event(60).replaced(payload=text)]
    address = await write_log(tmp_path / "log.db", events)
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        detail = app.screen.query_one(EventDetail)
        shown = f"Payload  {len(text):,} characters, not read yet"
        assert any(shown in _letters(line.pieces) for line in detail._body.lines)
        detail._body.go_to(("payload",))
        detail.focus()
        await pilot.press("enter")
        table.focus()
        await pilot.press("down", "down", "up", "up")
        assert table.highlighted == events[-1]
        detail.focus()
        members = "Payload  5,001 members"
        await until(pilot, lambda: any(members in _letters(line.pieces) for line in detail._body.lines), "its members")
        await pilot.press("right")
        await until(pilot, lambda: table.highlighted == events[-2], "the next event")
        await until(pilot, lambda: not detail._long_values, "the members let go of")


async def test_a_reading_that_ends_late_is_let_go_of_and_takes_nothing_from_the_event_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_go_of: list[object] = []
    first_begins, may_end = Event(), Event()

    def read_when_it_may(text: str) -> object:
        if "first" in text:
            first_begins.set()
            assert may_end.wait(20)
        return read_long_json(text)

    monkeypatch.setattr(event_detail, "read_long_json", read_when_it_may)
    monkeypatch.setattr(event_detail, "let_go", let_go_of.append)
    texts = [json.dumps({"number": number, "line": "x" * LONG}) for number in ("first", "passed by", "last")]
    app = DetailApp()
    async with app.run_test(size=(100, 30)) as pilot:
        detail = app.detail
        detail.show(make_event(0, payload=texts[0]), NOW)
        detail._folds["payload",] = True
        detail._draw()
        while not first_begins.is_set():
            await pilot.pause()
        for number in (1, 2):
            detail.show(make_event(number, payload=texts[number]), NOW)
        may_end.set()
        await until(pilot, lambda: len(let_go_of) == 1 and bool(detail._long_values), "both readings")
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers), "the end of all")
        assert let_go_of == [read_json(texts[0])]
        assert detail._long_values == [detail._sections["payload"]] == [read_json(texts[2])]


def _letters(pieces: tuple[object, ...]) -> str:
    return "".join(getattr(piece, "text", "") for piece in pieces)


def test_a_copy_of_what_is_monstrous_is_as_it_is_written_and_a_ticket_gets_the_beginning() -> None:
    text = json.dumps({"a": "x" * LONGEST_LAID_OUT})
    assert indented(text) == text
    ticket = markdown(make_event(payload=text), Settings(time_zone="UTC"))
    assert len(ticket) < LONGEST_IN_MARKDOWN + 2_000
    assert f"… and {len(text) - LONGEST_IN_MARKDOWN:,} more characters." in ticket
