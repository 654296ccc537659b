"""The detail pane in a small app: everything drawn, every key and click told, hostile events harmless."""

import json
import time
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from textual.pilot import Pilot

from explorer.json_value import LONG
from explorer.messages import LinkCopyRequested, NarrowRequested, NeighbourRequested, PaneLeft
from explorer.themes import LIGHT
from explorer.widgets.event_fields import field_lines
from explorer.widgets.line_list import CURSOR_MARK
from store import Event
from tests.builders import NOON, make_event
from tests.explorer.detail_app import DetailApp, entitlements_event

HOSTILE = "\x1b]52;c;ZXZpbA==\x07\u202egpj.exe [red]x[/] [/ \x00\udc80\x9b31m\u200b"


async def highlight(pilot: Pilot[None], app: DetailApp, label: str) -> None:
    """Walk to the line whose path ends with `label`, by key."""
    await pilot.press("home")
    for _line in app.lines.lines:
        if app.lines.highlighted is not None and app.lines.highlighted.path[-1] == label:
            return
        await pilot.press("j")
    raise AssertionError(f"no line {label}")


async def test_everything_the_event_has_is_shown() -> None:
    app = DetailApp()
    async with app.run_test(size=(100, 100)) as pilot:
        app.detail.local_zone = timezone(timedelta(hours=2))
        app.detail.show(entitlements_event(), NOON + timedelta(minutes=3))
        await pilot.pause()
        shown = "\n".join(app.screen_text)
    for text in (
        "~ Entitlements updated  changed",
        "ENTITLEMENTS_UPDATED",
        "entitlements.updated",
        "2026-11-20 12:00:00.000000  UTC",
        "2026-11-20 14:00:00.000000  UTC+02:00",
        "3 minutes ago",
        "0f6e2b91-52c4-4b6e-8f0e-d1b9c6a75e10",
        "c1f4a9d2-6b0e-4f5d-8d3a-5b7e9a2c4410",
        "production-4c7e12ab",
        "Entitlement  ENTITLEMENT",
        "Parent entity  customer-3fa91c",
        "Stigg application  USER",
        "Dana Whitfield",
        "dana.whitfield@northlake.example",
        "5a1c0f3d-9f7b-4a57-9c50-0f8f3a3d4f11",
        "2001:db8::5f",
        'role: "Owner"',
        "sessionId: 4711",
        'messageId: "7b0d6c4e-2f7a-4c39-9a55-0e6c1d0b8f21"',
        'operationName: "updateOneSubscription"',
        "▾ response",
    ):
        assert text in shown


async def test_an_event_with_nothing_says_what_it_lacks() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.detail.show(make_event(event_name="something.new"), NOON)
        await pilot.pause()
        assert [row.split() for row in app.screen_text if row.endswith("none")] == [
            ["Trace", "id", "none"],
            ["Environment", "none"],
            ["Entity", "none"],
            ["Actor", "none"],
            ["Payload", "none"],
            ["Request", "none"],
        ]
        assert "· something.new" in app.screen_text[0]


async def test_without_an_event_the_pane_says_how_to_get_one() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        app.detail.show(None, NOON)
        await pilot.press("enter", "plus", "minus", "asterisk", "end", "pagedown")
        assert "Highlight an event" in app.screen_text[0]
        assert app.received == []


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("Event", "event_names", "ENTITLEMENTS_UPDATED"),
        ("Trace id", "trace_ids", "c1f4a9d2-6b0e-4f5d-8d3a-5b7e9a2c4410"),
        ("Environment", "environments", "production-4c7e12ab"),
        ("Entity", "entity_types", "ENTITLEMENT"),
        ("Entity id", "entity_ids", "customer-3fa91c"),
        ("Actor", "actor_types", "USER"),
        ("Name", "actors", "Dana Whitfield"),
        ("Email", "actors", "dana.whitfield@northlake.example"),
        ("Actor id", "actors", "5a1c0f3d-9f7b-4a57-9c50-0f8f3a3d4f11"),
        ("IP address", "actors", "2001:db8::5f"),
    ],
)
async def test_a_value_narrows_the_log_by_key(label: str, field: str, value: str) -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await highlight(pilot, app, label)
        await pilot.press("enter", "plus", "minus")
    assert app.received == [
        NarrowRequested(field, value, alone=field in ("entity_ids", "trace_ids")),  # these have a log of their own
        NarrowRequested(field, value),
        NarrowRequested(field, value, excluded=True),
    ]


async def test_a_field_that_no_filter_takes_narrows_nothing() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await highlight(pilot, app, "Age")
        await pilot.press("enter", "space", "plus", "minus")
    assert app.received == []


async def test_keys_ask_for_the_neighbours_and_leave_the_pane() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.press("left", "[", "right", "]", "escape")
    newer, older = NeighbourRequested("newer"), NeighbourRequested("older")
    assert app.received == [newer, newer, older, older, PaneLeft()]


async def test_header_and_footer_can_be_clicked_except_at_the_ends() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        app.detail.show_ends(True, True)
        for name in ("#copy-link", "#newer", "#older"):
            await pilot.click(name)
        assert app.received == [LinkCopyRequested(), NeighbourRequested("newer"), NeighbourRequested("older")]
        app.detail.show_ends(False, False)
        await pilot.pause()
        await pilot.click("#newer")
        await pilot.click("#older")
        assert len(app.received) == 3
        assert str(app.detail.query_one("#newer").render()).strip() == "newest"


async def test_a_click_only_highlights_and_another_one_on_the_value_narrows() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        row = next(y for y, text in enumerate(app.screen_text) if "Trace id" in text)
        await pilot.click("#body", offset=(20, row))
        assert app.received == []
        assert app.screen_text[row].startswith(f"{CURSOR_MARK}Trace id")
        await pilot.click("#body", offset=(5, row))
        await pilot.press("down")
        await pilot.click("#body", offset=(20, row))
        assert app.received == []
        await pilot.click("#body", offset=(20, row))
        assert app.received == [NarrowRequested("trace_ids", "c1f4a9d2-6b0e-4f5d-8d3a-5b7e9a2c4410", alone=True)]


async def test_a_click_on_the_line_that_is_highlighted_from_the_start_narrows_nothing() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        await pilot.click("#body", offset=(20, 0))
        assert app.screen_text[0].startswith(f"{CURSOR_MARK}Event")
        assert app.received == []


async def test_a_click_in_another_event_only_highlights_where_one_was_clicked_in_the_event_before() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 30)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        await pilot.click("#body", offset=(20, 0))
        app.detail.show(entitlements_event(id="another"), NOON)
        await pilot.pause()
        await pilot.click("#body", offset=(20, 0))
        assert app.received == []


async def test_folding_by_key_and_by_click() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 60)) as pilot:
        app.detail.show(entitlements_event(request=None), NOON)
        await highlight(pilot, app, "customer")
        await pilot.press("enter")
        assert '▸ customer: {id: "customer-3fa91c"' in app.whole_text
        await pilot.click("#body", offset=(8, next(y for y, t in enumerate(app.screen_text) if "▸ customer" in t)))
        assert "▾ customer: 5 members" in app.whole_text
        await highlight(pilot, app, "payload")
        await pilot.press("asterisk")
        assert "▸" not in app.whole_text.partition("Payload")[2]
        await pilot.press("asterisk")
        assert "▸ 0: {feature:" in app.whole_text
        await pilot.press("space")
        assert [line.path for line in app.lines.lines if line.path[0] == "payload"] == [("payload",)]


async def test_what_is_folded_stays_folded_in_the_next_event() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await highlight(pilot, app, "customer")
        await pilot.press("enter")
        app.detail.show(entitlements_event(id="another"), NOON)
        assert "▸ customer" in app.whole_text


async def test_the_cursor_stays_on_the_same_field_of_the_next_event_and_on_the_same_row() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        await highlight(pilot, app, "entitlementsUpdatedAt")
        row = next(y for y, text in enumerate(app.screen_text) if text.startswith(CURSOR_MARK))
        without_actor = entitlements_event(id="other", actor=None)
        app.detail.show(without_actor, NOON)
        await pilot.pause()
        assert app.screen_text[row].strip().startswith(f"{CURSOR_MARK}    entitlementsUpdatedAt")
        app.detail.show(make_event(), NOON)
        await pilot.pause()
        assert app.screen_text[0].startswith(f"{CURSOR_MARK}Event")
        app.detail.show(without_actor, NOON)
        assert app.lines.highlighted is not None
        assert app.lines.highlighted.path[-1] == "entitlementsUpdatedAt"


async def test_another_event_is_shown_from_its_top() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 12)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        app.lines.scroll_to(y=9, animate=False)
        await pilot.pause()
        assert "Event  " not in app.screen_text[0]
        app.detail.show(entitlements_event(id="other"), NOON)
        await pilot.pause()
        assert app.screen_text[0].startswith(f"{CURSOR_MARK}Event  ")


async def test_the_cursor_is_always_in_sight() -> None:
    app = DetailApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.detail.show(entitlements_event(), NOON)
        for key in ("pagedown", "pagedown", "j", "pageup", "ctrl+d", "end", "k", "ctrl+u", "G", "up", "g", "down"):
            await pilot.press(key)
            assert len([text for text in app.screen_text if text.startswith(CURSOR_MARK)]) == 1, key


async def test_a_line_higher_than_the_pane_is_scrolled_through_row_by_row() -> None:
    app = DetailApp()
    words = " ".join(f"word{number}" for number in range(200))
    async with app.run_test(size=(60, 12)) as pilot:
        app.detail.show(make_event(payload=json.dumps({"text": words, "last": 1})), NOON)
        await highlight(pilot, app, "text")
        seen = set("\n".join(app.screen_text).split())
        while app.lines.highlighted is not None and app.lines.highlighted.path[-1] == "text":
            await pilot.press("j")
            seen |= set("\n".join(app.screen_text).split())
        assert {f"word{number}" for number in range(1, 199)} <= seen
        assert app.screen_text[-1].startswith(f"{CURSOR_MARK}    last: 1")
        await pilot.press("k", "k")
        assert app.screen_text[0].startswith(CURSOR_MARK)
        assert "last: 1" not in app.screen_text[-1]
        assert app.screen_text[-1].endswith('word199"')


@pytest.mark.parametrize("width", [30, 60, 100])
async def test_a_long_id_wraps_and_is_whole(width: int) -> None:
    app = DetailApp()
    long_id = "-".join(f"{number:04}" for number in range(30))
    async with app.run_test(size=(width, 60)) as pilot:
        app.detail.show(make_event(trace_id=long_id), NOON)
        await pilot.pause()
        assert long_id in "".join(text[17:].strip() for text in app.screen_text)
        assert all(len(text) <= width for text in app.screen_text)


def hostile_events() -> list[Event]:
    everywhere = {
        "event_name": HOSTILE,
        "environment": HOSTILE,
        "entity": {"type": HOSTILE, "id": HOSTILE, "name": HOSTILE},
        "parent_entity_id": HOSTILE,
        "trace_id": HOSTILE,
        "actor": {"type": HOSTILE, "id": "", "name": HOSTILE, "email": HOSTILE, "more": f'{{"{HOSTILE}": "[/"}}'},
        "payload": json.dumps({HOSTILE: HOSTILE, "deep": [HOSTILE]}, ensure_ascii=False),
        "request": HOSTILE,
    }
    return [
        make_event(1, **everywhere),
        make_event(2, event_name="x" * 1_000_000, trace_id="\u0301" * 1_000_000, payload=json.dumps("y" * 1_000_000)),
        make_event(3, payload="[" * 1_000 + "]" * 1_000),
        make_event(4, payload="[1, 2", request="", actor={"more": "[1]"}),
        make_event(5, payload='"a\x00b"', request="NaN", occurred_at=datetime(1, 1, 1, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("event", hostile_events(), ids=lambda event: event.id)
async def test_hostile_events_are_drawn_and_never_obeyed(event: Event) -> None:
    app = DetailApp()
    async with app.run_test(size=(70, 40)) as pilot:
        app.detail.local_zone = timezone(timedelta(hours=-9))
        app.detail.show(event, NOON)
        for key in ("end", "asterisk", "home", "pagedown", "pageup"):
            await pilot.press(key)
            strips = [app.lines.render_line(y) for y in range(40)]
            for character in "".join(strip.text for strip in strips) + str(app.detail.query_one("#title").render()):
                assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
            assert {strip.cell_length for strip in strips} == {strips[0].cell_length}


async def test_markup_in_data_is_drawn_letter_for_letter() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 40)) as pilot:
        app.detail.show(make_event(event_name="[red]boss[/]", trace_id="[/", payload='{"a": "[bold]x[/bold]"}'), NOON)
        await pilot.pause()
        assert "[red]boss[/]" in str(app.detail.query_one("#title").render())
        assert any("Trace id" in text and text.endswith("[/") for text in app.screen_text)
        assert 'a: "[bold]x[/bold]"' in app.whole_text


async def test_a_long_payload_is_read_when_unfolded_and_only_for_its_own_event() -> None:
    app = DetailApp()
    long_payload = json.dumps({f"key-{number}": "x" * 100 for number in range(LONG // 100)})
    async with app.run_test() as pilot:
        app.detail.show(make_event(1, payload=long_payload), NOON)
        assert f"▸ Payload  {len(long_payload):,} characters, not read yet" in app.whole_text
        await highlight(pilot, app, "payload")
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert "▾ Payload  1,000 members" in app.whole_text
        app.detail.show(make_event(2, payload=long_payload), NOON)
        assert "being read …" in app.whole_text
        app.detail.show(make_event(3, payload='{"short": 1}'), NOON)
        await app.workers.wait_for_complete()
        assert "▾ Payload  1 member\n" in app.whole_text


async def test_selected_rows_of_one_line_are_copied_as_one() -> None:
    app = DetailApp()
    long_id = "".join(f"{number:04}" for number in range(30))
    async with app.run_test(size=(60, 30)) as pilot:
        app.detail.show(make_event(trace_id=long_id), NOON)
        await pilot.pause()
        first = next(y for y, text in enumerate(app.screen_text) if "Trace id" in text)
        last = next(y for y, text in enumerate(app.screen_text) if text.endswith(long_id[-8:]))
        assert last > first
        await pilot.mouse_down("#body", offset=(17, first))
        await pilot.hover("#body", offset=(30, first + 1))
        await pilot.hover("#body", offset=(len(app.screen_text[last]), last))
        await pilot.mouse_up("#body", offset=(len(app.screen_text[last]), last))
        assert app.screen.get_selected_text() == long_id
        assert app.received == []


async def test_another_theme_draws_in_other_colours_at_once() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        dark = app.lines.render_line(3)
        app.theme = LIGHT.name
        await pilot.pause()
        assert app.lines.render_line(3).text == dark.text
        assert app.lines.render_line(3) != dark


async def test_the_highlighted_line_is_marked_by_a_sign_and_changes_with_the_focus() -> None:
    app = DetailApp()
    async with app.run_test() as pilot:
        app.detail.show(entitlements_event(), NOON)
        await pilot.pause()
        focused = app.lines.render_line(0)
        app.set_focus(None)
        await pilot.pause()
        assert focused.text.startswith(f"{CURSOR_MARK}Event")
        assert app.lines.render_line(0).text == focused.text
        assert app.lines.render_line(0) != focused


async def test_showing_an_event_is_cheap() -> None:
    app = DetailApp()
    shown = [entitlements_event(id=f"event-{number}") for number in range(30)]
    async with app.run_test(size=(100, 40)) as pilot:
        app.detail.show(shown[0], NOON)
        await pilot.pause()
        seconds = []
        for event in shown:
            start = time.process_time()
            app.detail.show(event, NOON)
            seconds.append(time.process_time() - start)
    assert sorted(seconds)[len(seconds) // 2] < 0.005


def test_the_parent_entity_narrows_the_log_to_itself() -> None:
    lines = field_lines(make_event(parent_entity_id="customer-3fa91c"), NOON, UTC)
    assert [line.narrows for line in lines if line.path == ("Parent entity",)] == [("entity_ids", "customer-3fa91c")]
