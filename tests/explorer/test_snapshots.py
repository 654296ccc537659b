"""A picture of each state that a user can see. `pytest --snapshot-update` draws them anew: look at each one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from explorer.areas.following import Following
from explorer.dialogs.ask_file import AskFile
from explorer.dialogs.export_progress import ExportProgress
from explorer.dialogs.help import Help
from explorer.landing import Place
from explorer.last_place import LastPlace
from explorer.link import EventLink
from explorer.settings import Settings
from explorer.widgets.histogram_strip import HistogramStrip
from store import Actor, Choice, DatabaseAddress, Entity, EventFilter, Masking, Position, open_writer, parse_filter
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, until
from tests.explorer.test_dialogs import DialogApp
from tests.logs import NOW, numbered_events, write_log

Compare = Callable[..., bool]
HOSTILE = "\x1b]52;c;aGk=\x07 \x9b31m \u202eevil\u200b [red]boss[/] [/ \\x1b 中文 e\u0301"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(400)))


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Wait until the app has nothing left to do, before and after each of the keys."""

    async def drive(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)

    return drive


async def settle(pilot: Pilot[None]) -> None:
    def opened() -> bool:
        screen = pilot.app.activity_screen
        if screen is None:
            return False
        notices = screen.query("#notice").results(Static)
        answered = any("Opening" not in str(notice.content) or not notice.display for notice in notices)
        return answered and bool(screen.query("FooterKey"))

    await until(pilot, opened, "an opened log or a problem")

    def drawn() -> bool:
        strips = pilot.app.activity_screen.query(HistogramStrip)
        is_as_wide_as_asked = all(strip._asked_bars in (0, strip._room) for strip in strips if strip.is_on_screen)
        return is_as_wide_as_asked and all(worker.is_finished for worker in pilot.app.workers)

    await until(pilot, drawn, "every question answered, and bars for the width that there is")
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause()


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("wide", (200, 40), ("down",)),
        ("medium", (120, 36), ("down",)),
        ("narrow", (80, 24), ("down",)),
        ("narrow_detail", (80, 24), ("down", "enter", "down", "down")),
        ("narrow_filters", (80, 24), ("f", "tab", "tab")),
        ("tiny", (30, 8), ()),
        ("oldest", (120, 36), ("end",)),
        ("detail_folded", (120, 36), ("enter", "G")),
        ("open_link", (100, 30), ("ctrl+o",)),
        ("palette", (100, 30), ("colon", *"a link")),
        ("copy_menu", (100, 30), ("Y",)),
        ("marking", (100, 30), ("m", "w", "h", "y", "question_mark")),
        ("marked", (120, 36), ("down", "m", "o", "n", "e", "enter", "down", "m", "enter", "down", "M")),
        ("in_context", (80, 24), ("down", "c", "c")),
    ],
)
def test_a_log(snap_compare: Compare, log: DatabaseAddress, name: str, size: tuple[int, int], keys: list[str]) -> None:
    del name
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=size, run_before=after(*keys))


def test_a_log_where_it_was_left(snap_compare: Compare, log: DatabaseAddress, tmp_path: Path) -> None:
    event = numbered_events(380)[-1]
    place = Place(parse_filter("since:-7d -name:invoice.sent"), Position.of(event), 6)
    last_place = LastPlace(tmp_path / "place.json", leads=True)
    asyncio.run(last_place.keep(place, NOW - timedelta(hours=15), is_local=False))
    app = app_on(log, clock=lambda: NOW, last_place=last_place)
    assert snap_compare(app, terminal_size=(80, 24), run_before=after())


def test_times_in_the_zone_of_the_settings(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(time_zone="Europe/Berlin"))
    assert snap_compare(app, terminal_size=(160, 36), run_before=after("down", "T"))


def test_no_other_zone(snap_compare: Compare, log: DatabaseAddress) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=after("T"))


def test_what_changed(snap_compare: Compare, log: DatabaseAddress) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(120, 44), run_before=after("v"))


@pytest.mark.parametrize(("name", "keys"), [("json_lines", ("e",)), ("markdown", ("e", "down", "down"))])
def test_an_export_to_choose(
    snap_compare: Compare, log: DatabaseAddress, name: str, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del name
    monkeypatch.chdir("/")  # which is shown
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=after(*keys))


def test_an_export_on_its_way(snap_compare: Compare) -> None:
    dialog = ExportProgress("activity-20261121-000000.jsonl", 48_211)

    async def show(pilot: Pilot[None]) -> None:
        await pilot.pause()
        dialog.show_progress(12_000, Position(occurred_at=NOW))
        await pilot.pause()

    assert snap_compare(DialogApp(lambda: dialog), terminal_size=(100, 20), run_before=show)


@pytest.mark.parametrize("size", [(120, 44), (80, 24)])
def test_the_state_of_an_entity(snap_compare: Compare, log: DatabaseAddress, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=size, run_before=after("b"))


def test_a_report_to_write(snap_compare: Compare) -> None:
    title, name = "Report of what is marked: 2 events", "activity-report-20261121-000000.md"
    assert snap_compare(DialogApp(lambda: AskFile(title, name)), terminal_size=(80, 24))


@pytest.mark.parametrize("keys", [("t",), ("t", "t")])
def test_a_trace(snap_compare: Compare, log: DatabaseAddress, keys: tuple[str, ...]) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(120, 30), run_before=after(*keys))


def test_a_trace_in_a_narrow_terminal(snap_compare: Compare, log: DatabaseAddress) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(80, 24), run_before=after("t", "t"))


def test_a_trace_by_time_in_a_narrow_terminal(snap_compare: Compare, log: DatabaseAddress) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(80, 24), run_before=after("down", "t"))


@pytest.mark.parametrize("key", ["E", "A"])
def test_a_summary(snap_compare: Compare, log: DatabaseAddress, key: str) -> None:
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 36), run_before=after(key))


def test_a_summary_of_one_kind_of_what_belongs_to_a_customer(snap_compare: Compare, tmp_path: Path) -> None:
    kinds = (
        "CUSTOMER",
        "MEASUREMENT",
        "SUBSCRIPTION",
        "SUBSCRIPTION",
        "ENTITLEMENT",
        "PROMOTIONAL_ENTITLEMENT",
        "CREDIT",
    )
    events = [
        make_event(
            -number, entity=Entity(type=kind, id=f"thing-{number}"), parent_entity_id="thing-0" if number else None
        )
        for number, kind in enumerate(kinds)
    ]
    app = app_on(asyncio.run(write_log(tmp_path / "activity.db", events)), clock=lambda: NOW)
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("E", "p", "right", "right"))


def test_two_events_side_by_side(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = ("down", "m", "enter", "down", "down", "equals_sign")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(120, 30), run_before=after(*keys))


def test_the_light_theme(snap_compare: Compare, log: DatabaseAddress) -> None:
    settings = Settings(theme="light", time_zone="Europe/Berlin")
    app = app_on(log, clock=lambda: NOW, settings=settings)
    assert snap_compare(app, terminal_size=(120, 36), run_before=after("down", "enter"))


def test_a_filter_with_included_and_excluded_values(snap_compare: Compare, log: DatabaseAddress) -> None:
    event_filter = parse_filter("since:all name:customer.updated name:sync.failed -actor:dana@northlake.example")
    app = app_on(log, clock=lambda: NOW, event_filter=event_filter)
    assert snap_compare(app, terminal_size=(120, 36), run_before=after())


def test_nothing_matches(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=EventFilter(entity_ids=Choice(included=("nobody",))))
    assert snap_compare(app, terminal_size=(120, 36), run_before=after())


def test_what_may_have_been_meant(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all entity:acme name:sync.fialed"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=after())


def test_an_empty_log(snap_compare: Compare, tmp_path: Path) -> None:
    address = asyncio.run(write_log(tmp_path / "empty.db", []))
    assert snap_compare(app_on(address, clock=lambda: NOW), terminal_size=(120, 36), run_before=after())


def test_a_file_that_is_no_database(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database" * 100)
    address = DatabaseAddress.parse(str(tmp_path / "notes.txt")).replaced(shown="/home/me/notes.txt")
    assert snap_compare(app_on(address, clock=lambda: NOW), terminal_size=(120, 36), run_before=after())


def test_a_link_to_an_unknown_event(snap_compare: Compare, log: DatabaseAddress) -> None:
    link = EventLink(event_id="nowhere", occurred_at=numbered_events(51)[50].occurred_at)
    app = app_on(log, clock=lambda: NOW, link=link)
    assert snap_compare(app, terminal_size=(120, 36), run_before=after())


def test_a_copied_link(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="osc52", time_zone="UTC"))
    assert snap_compare(app, terminal_size=(120, 36), run_before=after("y"))


def test_the_help(snap_compare: Compare) -> None:
    """Of sections of its own: it need not be drawn anew with every key that the app gets."""
    sections = [("Events", [("↑ k", "Newer"), ("↓ j", "Older")]), ("Detail", [(str(key), "Line") for key in range(30)])]
    assert snap_compare(DialogApp(lambda: Help(sections)), terminal_size=(100, 30))


def test_a_text_to_select(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"))
    assert snap_compare(app, terminal_size=(120, 36), run_before=after("Y", "j"))


def test_hostile_data(snap_compare: Compare, tmp_path: Path) -> None:
    hostile = make_event(
        1,
        id=HOSTILE,
        event_name=HOSTILE,
        environment=HOSTILE,
        entity=Entity(type=HOSTILE, id=HOSTILE, name=HOSTILE),
        parent_entity_id=HOSTILE,
        actor=Actor(type=HOSTILE, id=HOSTILE, name=HOSTILE, email=HOSTILE, ip_address=HOSTILE),
        trace_id=HOSTILE,
        payload='{"[red]": "\\u001b]52;c;aGk=\\u0007 \\u202e [/", "nul": "\\u0000", "big": 12345678901234567890123}',
        request="not JSON \x1b[2J",
    )
    address = asyncio.run(write_log(tmp_path / "hostile.db", [hostile, *numbered_events(1)]))
    assert snap_compare(app_on(address, clock=lambda: NOW), terminal_size=(140, 48), run_before=after())


@pytest.mark.parametrize(("name", "keys"), [("following", ()), ("paused", ("down", "down"))])
def test_new_events(snap_compare: Compare, tmp_path: Path, name: str, keys: tuple[str, ...]) -> None:
    del name
    address = asyncio.run(write_log(tmp_path / "log.db", numbered_events(50)))

    async def drive(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("F")
        await until(pilot, lambda: pilot.app.screen.query_one(Following).is_up_to_date, "a first look")
        await pilot.press(*keys)
        async with await open_writer(address) as writer:
            await writer.write(numbered_events(87))
        place = pilot.app.screen.query_one("#place", Static)
        expected = "paused · 37 new · row 40 of 87 " if keys else "following · row 1 of 87 "
        await until(pilot, lambda: str(place.content).startswith(expected), expected)
        await until(pilot, lambda: pilot.app.screen.query_one(Following).is_up_to_date, "everything counted again")
        await settle(pilot)

    app = app_on(address, clock=lambda: NOW)
    assert snap_compare(app, terminal_size=(120, 36), run_before=drive)


MASKING = Masking(name="support", key=b"of the pictures", names=True, paths=("payload.plan.id",), reveal=True)


@pytest.mark.parametrize(("name", "text"), [("masked", ""), ("asked_for_what_is_masked", "dana")])
def test_a_masked_log(name: str, text: str, log: DatabaseAddress, snap_compare: Compare) -> None:
    event_filter = parse_filter(f"since:all {text}")
    app = app_on(log, event_filter=event_filter, clock=lambda: NOW, masking=MASKING)
    assert snap_compare(app, terminal_size=(140, 40), run_before=after("down"))
