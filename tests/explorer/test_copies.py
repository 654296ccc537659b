"""What can be copied of an event and its list, and what the user sees where nothing confirms that it arrived."""

import asyncio
import json
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from textual.widgets import Static

from explorer.__main__ import main
from explorer.commands.explore import launch
from explorer.copying import command, copies, indented, markdown
from explorer.dialogs.copy_menu import CopyMenu
from explorer.dialogs.text_to_select import LONGEST, TextToSelect
from explorer.link import EventLink
from explorer.settings import Settings
from explorer.widgets.log_pane import LogPane
from store import DatabaseAddress, EventFilter, open_writer, parse_filter
from tests.explorer.app_under_test import AppUnderTest, answered, app_on, rows_are_shown, until
from tests.explorer.test_dialogs import DialogApp
from tests.logs import NOW, numbered_events, write_log

OSC52 = Settings(clipboard="osc52", time_zone="UTC")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(30)))


@given(JSON, st.sampled_from([None, 3]))
def test_indented_json_means_the_same(value: object, indent: int | None) -> None:
    assert json.loads(indented(json.dumps(value, indent=indent))) == value


@given(JSON)
def test_indented_json_is_laid_out_as_everybody_does_it(value: object) -> None:
    assert indented(json.dumps(value)) == json.dumps(value, indent=2)


def test_every_letter_of_a_number_and_of_an_escape_is_kept() -> None:
    assert indented('{"a":1.10,"b":12345678901234567890123,"c":"\\u00e9\\/"}') == (
        '{\n  "a": 1.10,\n  "b": 12345678901234567890123,\n  "c": "\\u00e9\\/"\n}'
    )


@pytest.mark.parametrize("text", ["", "no JSON", '{"a": ', "[" * 100_000, '"open'])
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert indented(text) == text


def test_a_filter_is_copied_as_a_command_that_a_shell_reads_back() -> None:
    event_filter = parse_filter('since:all entity:"it\'s | here" -actor:ops@acme.example')
    words = shlex.split(command(event_filter, "my logs/activity.db"))
    assert words[:2] == ["activity", "query"]
    assert parse_filter(words[2]) == event_filter
    assert words[3:] == ["--database", "my logs/activity.db"]


def test_the_default_filter_needs_no_word() -> None:
    assert command(EventFilter(), "demo") == "activity query --database demo"
    assert command(EventFilter(), "demo", "for support") == "activity query --database demo --mask 'for support'"


@pytest.mark.parametrize(
    ("database", "named"),
    [
        ("postgresql://dana:s3cr3t@/audit?host=/run/pg", "postgresql://dana@/audit?host=%2Frun%2Fpg"),
        ("live", "live"),
        (None, "live"),
        ("demo", "demo"),
    ],
)
def test_a_copied_command_names_the_log_as_it_can_be_opened_again_without_a_secret(
    database: str | None, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('database = "live"\n[databases.live]\nurl = "postgresql://dana:s3cr3t@db/audit"\n')
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(settings))
    assert launch(database, None, None).named_again == named


async def test_a_copied_command_prints_the_events_of_the_list(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with await open_writer(DatabaseAddress.parse(postgres_url)) as writer:
        await writer.write(numbered_events(3))
    ready = launch(postgres_url, None, None)._replace(event_filter=parse_filter("since:all"), settings=OSC52)
    app = AppUnderTest(lambda: ready, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("Y", "f")
        await until(pilot, lambda: bool(app.clipboard), "a copied command")
    words = shlex.split(app.clipboard)
    assert await asyncio.to_thread(main, [*words[1:], "--format", "jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


async def test_a_letter_of_the_menu_copies_a_part_of_the_event(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=OSC52)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        event = table.highlighted
        assert event is not None
        for key, text in {"i": event.id, "e": event.entity.id if event.entity else "", "l": None}.items():
            app.copy_to_clipboard("")
            await pilot.press("Y", key)
            await until(pilot, lambda: bool(app.clipboard), f"something copied by {key}")
            assert app.clipboard == text or json.loads(app.clipboard)["id"] == event.id


async def test_a_link_is_copied_as_a_command_that_a_shell_reads_back(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=OSC52)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        assert table.highlighted is not None
        await pilot.press("Y", "o")
        await until(pilot, lambda: bool(app.clipboard), "a command")
        activity, command_name, link, database = shlex.split(app.clipboard)
        assert (activity, command_name, database) == ("activity", "open", "log.db")
        assert EventLink.parse(link).event_id == table.highlighted.id


async def test_a_copied_link_stays_over_the_rows_until_the_user_goes_on_or_takes_it_away(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        pane, banner = app.screen.query_one(LogPane), app.screen.query_one("#banner", Static)
        pane.show_banner(Content("What was said before."))
        for key in ("escape", "down"):
            await pilot.press("y")
            await until(pilot, lambda: "activity://" in str(banner.content), "the link")
            await pilot.press(key)
            await until(pilot, lambda: str(banner.content) == "What was said before.", "the banner from before")
            assert pane.has_class("-banner")
        pane.show_rows()
        await pilot.press("y")
        await until(pilot, lambda: pane.has_class("-banner"), "the link")
        await pilot.press("escape")
        await until(pilot, lambda: not pane.has_class("-banner"), "no banner")


async def test_in_the_detail_esc_takes_away_what_was_copied_and_then_leads_to_the_events(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        pane = app.screen.query_one(LogPane)
        await pilot.press("3")
        await until(pilot, lambda: app.focused is app.screen.query_one("#body"), "the detail")
        await pilot.press("y")
        await until(pilot, lambda: pane.has_class("-banner"), "the link")
        await pilot.press("escape")
        await until(pilot, lambda: not pane.has_class("-banner"), "no banner")
        assert app.focused is app.screen.query_one("#body")
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table, "the events")


async def test_where_filters_cover_what_was_copied_esc_leads_out_of_them_first(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        pane = app.screen.query_one(LogPane)
        await pilot.press("y")
        await until(pilot, lambda: pane.has_class("-banner"), "the link")
        await pilot.press("f")
        await until(pilot, lambda: not pane.is_on_screen, "the filters")
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is pane.table, "the events")
        assert pane.has_class("-banner")


async def test_what_was_copied_of_an_empty_list_is_taken_away_as_well(log: DatabaseAddress) -> None:
    empty = parse_filter("name:nothing.such")
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"), event_filter=empty)
    async with app.run_test() as pilot:
        await answered(pilot)
        pane = app.screen.query_one(LogPane)
        await pilot.press("Y", "f")
        await until(pilot, lambda: pane.has_class("-banner"), "the command")
        await pilot.press("escape")
        await until(pilot, lambda: not pane.has_class("-banner"), "no banner")


def test_an_event_for_a_ticket_has_its_payload_in_a_block_that_it_cannot_end() -> None:
    event = numbered_events(1)[0].replaced(payload='{"a":"```\\n# Title","b":"\x1b[2J"}')
    text = markdown(event, Settings(time_zone="UTC"))
    assert text.startswith("**2026-11-20 12:00:00.000 UTC**\n\n- What: ")
    assert "- Link: `activity://" in text
    block = text.split("````json\n")[1]
    assert block.endswith("\n````\n")
    assert "\x1b" not in block
    assert '  "a": "```' in block


async def test_the_menu_offers_only_what_the_event_has(tmp_path: Path) -> None:
    bare = numbered_events(1)[0].replaced(entity=None, actor=None, trace_id=None, payload=None, request=None)
    address = await write_log(tmp_path / "bare.db", [bare])
    app = app_on(address, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        shown = app.activity_screen.shown()
        assert shown is not None
        assert [each.key for each in copies(shown)] == ["y", "o", "j", "m", "l", "i", "f"]
        assert [each.key for each in copies(shown._replace(highlighted=None))] == ["f"]


async def test_a_text_of_many_lines_that_may_not_have_arrived_is_shown_whole_for_selecting(
    log: DatabaseAddress,
) -> None:
    app = app_on(log, clock=lambda: NOW, settings=Settings(clipboard="off", time_zone="UTC"))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("Y", "j")
        await until(pilot, lambda: isinstance(app.screen, TextToSelect), "the text to select")
        shown = str(app.screen.query_one("#text", Static).content)
        assert json.loads(shown)["id"] == numbered_events(30)[-1].id
        await pilot.press("escape")
        await answered(pilot)
        assert not isinstance(app.screen, TextToSelect)


async def test_a_text_longer_than_can_be_shown_says_how_much_is_missing() -> None:
    app = DialogApp(lambda: TextToSelect("Not copied.", "x" * (LONGEST + 5)))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert str(app.screen.query_one("#text", Static).content).endswith(
            "… and 5 more characters: press e to export them."
        )


async def test_escape_copies_nothing(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("Y")
        assert isinstance(app.screen, CopyMenu)
        await pilot.press("escape")
        assert not isinstance(app.screen, CopyMenu)
        assert not app.clipboard
