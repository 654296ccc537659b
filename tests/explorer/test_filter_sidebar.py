"""The filter sidebar, driven by keys and mouse in a small app of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, Static

from explorer.dialogs.custom_range import CustomRange
from explorer.messages import FilterChanged, PaneLeft
from explorer.themes import DARK
from explorer.widgets.facet_list import FacetList
from explorer.widgets.filter_sidebar import FilterSidebar
from explorer.widgets.time_picker import NAMES, PRESETS, TimePicker
from explorer.widgets.value_field import ValueField, read_value
from store import CHOICE_FIELDS, EVENT_NAMES, Choice, EventFilter, Facet, Facets, FilterMistake, TimeRange

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEFT_OUT = Facets(fields={"actors": ()}, at_least=frozenset({"actors"}), left_out=frozenset({"actors"}))
ALL_NAMES = tuple(Facet(value=term.stored, count=500 - place) for place, term in enumerate(EVENT_NAMES.terms))
HOSTILE = "sand[red]box[/\x1b[31m\u202e"
ACTORS = ("SYSTEM", "SCHEDULER", "USER")
FACETS = Facets(
    fields={
        "environments": (Facet(value="production", count=1_234_567), Facet(value=HOSTILE, count=3)),
        "event_names": ALL_NAMES,
        "entity_types": (Facet(value="CUSTOMER", count=12), Facet(value="PLAN", count=2)),
        "actor_types": (
            Facet(value="SYSTEM", count=4),
            Facet(value="SCHEDULER", count=3),
            Facet(value="USER", count=2),
        ),
    }
)


class SidebarApp(App[None]):
    """Shows each filter that the sidebar asks for, as the real screen does, and keeps what it was told."""

    BINDINGS: ClassVar = [("q", "quit", "Quit")]

    def __init__(self) -> None:
        super().__init__()
        self.filters: list[EventFilter] = []
        self.left = 0

    def compose(self) -> ComposeResult:
        yield FilterSidebar(clock=lambda: NOON)
        yield Static("table")

    def on_load(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    async def on_mount(self) -> None:
        await self.query_one(FilterSidebar).complete()

    @property
    def sidebar(self) -> FilterSidebar:
        return self.screen_stack[0].query_one(FilterSidebar)

    def facet_list(self, field: str) -> FacetList:
        return next(each for each in self.sidebar.query(FacetList) if each.field == field)

    def text_of(self, field: str) -> Input:
        return next(each for each in self.sidebar.query(ValueField) if each.field == field).query_one(Input)

    def on_filter_changed(self, message: FilterChanged) -> None:
        self.filters.append(message.event_filter)
        self.sidebar.show(message.event_filter)

    def on_pane_left(self, message: PaneLeft) -> None:
        self.left += 1


async def drive(
    steps: Callable[[SidebarApp, Pilot[None]], object],
    event_filter: EventFilter | None = None,
    size: tuple[int, int] = (100, 70),
) -> SidebarApp:
    """Show the filter and FACETS, then do the steps."""
    app = SidebarApp()
    async with app.run_test(size=size) as pilot:
        app.sidebar.show(event_filter or EventFilter())
        app.sidebar.show_facets(FACETS)
        await pilot.pause()
        app.sidebar.focus()
        await pilot.pause()
        result = steps(app, pilot)
        if hasattr(result, "__await__"):
            await result
        await pilot.pause()
    return app


def lines_of(widget: FacetList) -> list[str]:
    return [widget.render_line(y).text for y in range(widget.size.height)]


async def test_showing_a_filter_and_facets_says_nothing_back() -> None:
    chosen = EventFilter().with_value("event_names", "customer.created").with_value("entity_ids", "customer-7")
    app = await drive(lambda app, pilot: None, chosen)
    assert app.filters == []


async def test_every_field_of_a_filter_has_a_control() -> None:
    def look(app: SidebarApp, pilot: Pilot[None]) -> None:
        assert {each.field for each in app.sidebar.query(FacetList)} == set(CHOICE_FIELDS)
        assert len(app.sidebar.query(TimePicker)) == 1

    await drive(look)


async def test_a_list_that_nobody_is_in_begins_with_the_most_frequent_values_again_when_it_grows() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        many = tuple(Facet(value=f"name.{number}", count=100 - number) for number in range(20))
        for names in (many[9:10], many):
            app.sidebar.show_facets(Facets(fields={**FACETS.fields, "event_names": names}))
            await pilot.pause()
        assert "name.0" in lines_of(app.facet_list("event_names"))[1].lower().replace(" ", ".")

    await drive(steps)


async def test_a_chosen_value_has_no_count_until_it_is_counted() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.sidebar.show(EventFilter().with_value("environments", "lab"))
        first = lines_of(app.facet_list("environments"))[1]
        assert first.split()[-2:] == ["lab", "…"]
        app.sidebar.show_facets(FACETS)
        first = lines_of(app.facet_list("environments"))[1]
        assert first.split()[-2:] == ["lab", "0"]

    await drive(steps)


async def test_enter_includes_a_value_minus_excludes_it_and_the_same_key_takes_it_out() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("entity_types").focus()
        await pilot.press("enter", "enter", "minus", "enter", "delete")

    app = await drive(steps)
    assert [each.entity_types for each in app.filters] == [
        Choice(included=("customer",)),
        Choice(),
        Choice(excluded=("customer",)),
        Choice(included=("customer",)),
        Choice(),
    ]


async def test_a_click_includes_a_value_and_a_right_click_excludes_it() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        actors = app.facet_list("actor_types")
        await pilot.click(actors, offset=(8, 1))
        await pilot.click(actors, offset=(8, 2), button=3)

    app = await drive(steps)
    assert app.filters[-1].actor_types == Choice(included=("system",), excluded=("user",))


async def test_marks_and_counts_can_be_read_without_colour() -> None:
    def look(app: SidebarApp, pilot: Pilot[None]) -> None:
        title, excluded, included, *_ = lines_of(app.facet_list("actor_types"))
        assert title.split() == ["Actor", "type", "2", "chosen"]
        assert excluded.split() == ["[-]", "System", "7"]
        assert included.split() == ["[✓]", "Stigg", "application", "2"]

    chosen = EventFilter().with_value("actor_types", "user").with_value("actor_types", "system", excluded=True)
    await drive(look, chosen)


async def test_a_list_with_a_scrollbar_still_shows_whole_counts() -> None:
    def look(app: SidebarApp, pilot: Pilot[None]) -> None:
        names = app.facet_list("event_names")
        assert names.show_vertical_scrollbar
        assert names.size.height == 9
        assert len(names.rows) > 100
        visible_width = names.scrollable_content_region.width
        assert lines_of(names)[2][:visible_width].split() == ["[", "]", "+", "Customer", "created", "500"]

    await drive(look)


async def test_data_is_drawn_letter_for_letter_with_controls_visible() -> None:
    def look(app: SidebarApp, pilot: Pilot[None]) -> None:
        drawn = "".join(lines_of(app.facet_list("environments")))
        assert "sand[red]box[/\\x1b" in drawn
        assert "\x1b" not in drawn and "\u202e" not in drawn

    await drive(look)


async def test_a_value_that_the_log_does_not_hold_can_be_taken_out() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("environments").focus()
        await pilot.press("home", "enter")

    app = await drive(steps, EventFilter().with_value("environments", "staging"))
    assert app.filters == [EventFilter()]


async def test_a_search_narrows_the_list_and_letters_do_not_act_as_keys_meanwhile() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        names = app.facet_list("event_names")
        names.focus()
        await pilot.press("slash", *"key rev")
        assert [row.label for row in names.rows] == ["API key revoked"]
        await pilot.press("enter", "escape")
        assert len(names.rows) > 100
        assert names.highlighted is not None and names.highlighted.label == "API key revoked"
        assert app.left == 0
        await pilot.press("escape")

    app = await drive(steps)
    assert [each.event_names for each in app.filters] == [Choice(included=("API_KEY_REVOKED".lower(),))]
    assert app.left == 1


async def test_keys_that_the_search_takes_as_letters_are_not_offered_meanwhile() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("event_names").focus()
        await pilot.press("slash")
        await pilot.pause()
        assert "q" not in app.screen.active_bindings
        await pilot.press("escape")
        await pilot.pause()
        assert "q" in app.screen.active_bindings

    await drive(steps)


async def test_after_a_search_the_arrows_lead_to_the_rows_and_minus_excludes() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("event_names").focus()
        await pilot.press("slash", *"addon", "down", "minus")

    app = await drive(steps)
    assert app.filters[-1].event_names == Choice(excluded=("addon.updated",))


async def test_nothing_changes_its_place_under_the_cursor() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        names = app.facet_list("event_names")
        names.focus()
        before = [row.label for row in names.rows]
        await pilot.press("down", "down", "enter")
        app.sidebar.show_facets(Facets(fields={"event_names": tuple(reversed(ALL_NAMES))}))
        assert [row.label for row in names.rows] == before
        app.sidebar.query_one(TimePicker).focus()
        await pilot.pause()
        app.sidebar.show_facets(FACETS)
        assert [row.label for row in names.rows][:3] == [before[2], before[0], before[1]]

    await drive(steps)


async def test_the_last_line_of_a_control_leads_on_to_the_next_and_back() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("entity_types").focus()
        await pilot.press("end", "down")
        assert app.focused is app.facet_list("actor_types")
        await pilot.press("j", "j")
        assert app.focused is app.text_of("entity_ids")
        await pilot.press("up")
        assert app.focused is app.facet_list("actor_types")
        await pilot.press("up", "up")
        assert app.focused is app.facet_list("entity_types")
        await pilot.press("shift+tab")
        assert app.focused is app.facet_list("event_names")

    await drive(steps)


@pytest.mark.parametrize("place", range(len(PRESETS)))
async def test_each_range_of_time_can_be_clicked_and_shows_as_chosen(place: int) -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        picker = app.sidebar.query_one(TimePicker)
        await pilot.click(picker, offset=(10 * (place % 3) + 3, 1 + place // 3))
        assert f"[{NAMES[place]}]" in picker.render().plain

    app = await drive(steps, EventFilter(time=TimeRange(since=timedelta(days=1000))))
    assert [each.time for each in app.filters] == [TimeRange(since=PRESETS[place][1])]


async def test_a_range_of_time_is_chosen_with_the_arrows() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        await pilot.press("up", "left", "enter")

    app = await drive(steps)
    assert [each.time for each in app.filters] == [TimeRange(since=timedelta(hours=1))]


async def test_a_custom_range_is_asked_for_and_then_shown() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CustomRange)
        await pilot.press("tab", *"2026-11-19", "enter")
        await pilot.pause()
        picker = app.sidebar.query_one(TimePicker)
        assert picker.render().plain.splitlines()[-2:] == ["  from -30d", "  to   2026-11-19"]

    app = await drive(steps)
    until = datetime(2026, 11, 19, 23, 59, 59, 999999, tzinfo=UTC)
    assert [each.time for each in app.filters] == [TimeRange(until=until)]


@pytest.mark.parametrize(
    ("since", "until", "meant"),
    [
        ("yesterday", "friday", (datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))),
        ("14:00", "now", (datetime(2026, 11, 19, 14, tzinfo=UTC), None)),
    ],
)
async def test_a_custom_range_understands_the_words_it_recommends(
    since: str, until: str, meant: tuple[datetime, datetime | None]
) -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("ctrl+u", *since, "tab", *until, "enter")
        await pilot.pause()

    app = await drive(steps)
    (time,) = [each.time for each in app.filters]
    assert time.since == meant[0]
    if meant[1] is not None:
        assert time.until == meant[1] + timedelta(days=1) - timedelta(microseconds=1)


async def test_written_values_are_added_by_enter_and_removed_by_a_click_on_their_line() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.text_of("entity_ids").focus()
        await pilot.press(*"a|b:c", "enter", *"-x@y", "enter")
        assert app.text_of("entity_ids").value == ""
        values = app.facet_list("entity_ids")
        assert len(values.rows) == 2
        await pilot.click(values, offset=(values.size.width - 1, 2))

    app = await drive(steps)
    assert [each.entity_ids for each in app.filters] == [
        Choice(included=("a|b:c",)),
        Choice(included=("a|b:c",), excluded=("x@y",)),
        Choice(included=("a|b:c",)),
    ]


async def test_the_last_value_removed_by_key_hands_the_focus_to_the_text_field() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("trace_ids").focus()
        await pilot.press("delete")
        await pilot.pause()
        assert app.focused is app.text_of("trace_ids")

    app = await drive(steps, EventFilter().with_value("trace_ids", "abc"))
    assert app.filters == [EventFilter()]


async def test_a_mistake_is_said_under_the_field_while_it_is_written_and_is_not_applied() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        field = next(each for each in app.sidebar.query(ValueField) if each.field == "actors")
        field.query_one(Input).focus()
        problem = field.query_one(Static)
        await pilot.press(*'"ab')
        assert problem.display and "quote" in str(problem.render())
        await pilot.press("enter", "backspace", "backspace", "backspace", "minus", "enter")
        assert problem.display and "minus" in str(problem.render())
        await pilot.press(*"ops", "enter")
        assert not problem.display

    app = await drive(steps)
    assert [each.actors for each in app.filters] == [Choice(excluded=("ops",))]


async def test_a_pasted_value_loses_what_a_terminal_would_obey() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        text = app.text_of("trace_ids")
        text.focus()
        await pilot.pause()
        app.post_message(Paste("  4bf9\x1b]52;c;aGk=\x07\u202e[red]\n"))
        await pilot.pause()
        assert text.value == "4bf9]52;c;aGk=[red]"

    await drive(steps)


async def test_the_first_line_clears_the_filter_only_when_there_is_something_to_clear() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        await pilot.click(app.sidebar, offset=(3, 0))
        assert app.filters == []
        app.sidebar.show(EventFilter().with_value("actors", "ops"))
        await pilot.pause()
        await pilot.click(app.sidebar, offset=(3, 0))

    app = await drive(steps)
    assert app.filters == [EventFilter()]


async def test_escape_leaves_the_pane_from_every_control() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        controls = [each for each in app.screen.focus_chain if app.sidebar in each.ancestors]
        for control in controls:
            control.focus()
            await pilot.press("escape")
        assert app.left == len(controls) == 11

    await drive(steps)


async def test_focusing_the_pane_keeps_the_control_that_has_the_focus() -> None:
    async def steps(app: SidebarApp, pilot: Pilot[None]) -> None:
        app.facet_list("actor_types").focus()
        await pilot.pause()
        app.sidebar.focus()
        await pilot.pause()
        assert app.focused is app.facet_list("actor_types")

    await drive(steps)


async def test_showing_a_filter_makes_no_widget_anew() -> None:
    def look(app: SidebarApp, pilot: Pilot[None]) -> None:
        before = list(app.sidebar.walk_children())
        app.sidebar.show(EventFilter().with_value("entity_ids", "a").with_value("event_names", "b"))
        assert list(app.sidebar.walk_children()) == before

    await drive(look)


@pytest.mark.parametrize(
    ("text", "value", "excluded"),
    [
        ("customer-7", "customer-7", False),
        (" -customer-7 ", "customer-7", True),
        ("Dana Whitfield", "Dana Whitfield", False),
        ('"-7"', "-7", False),
        ('-"a \\"b\\" "', 'a "b" ', True),
        ("a:b|c@d", "a:b|c@d", False),
    ],
)
def test_a_written_value_is_read(text: str, value: str, excluded: bool) -> None:
    assert read_value(text) == (value, excluded)


@given(st.text(max_size=20))
def test_a_written_value_is_read_or_said_to_be_a_mistake(text: str) -> None:
    try:
        value, _ = read_value(text or "x")
    except FilterMistake as mistake:
        assert str(mistake)
    else:
        assert isinstance(value, str)


@given(st.text(min_size=1, max_size=20), st.booleans())
def test_any_value_at_all_can_be_written_in_quotes(value: str, excluded: bool) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert read_value(f'{"-" if excluded else ""}"{quoted}"') == (value, excluded)


async def test_values_that_are_not_counted_are_said_not_to_be() -> None:
    app = SidebarApp()
    async with app.run_test(size=(80, 60)) as pilot:
        (actors,) = (each for each in app.query(FacetList) if each.field == "actors")
        for facets, said in (
            (LEFT_OUT, "not counted in a search"),
            (LEFT_OUT.replaced(left_out=frozenset()), "none so far"),
            (Facets(fields={"actors": ()}), "none in these events"),
        ):
            app.sidebar.show_facets(facets)
            await pilot.pause()
            assert said in actors.render_line(1).text
