"""Bars, marks and dates are drawn as they are counted, at any width, and can be walked and selected."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from explorer.messages import BarChosen, PaneLeft, TimeSpanChosen
from explorer.widgets.bar_columns import BarColumn, bar_columns, column_signs, later_text
from explorer.widgets.histogram_strip import HistogramStrip
from explorer.widgets.time_axis import axis_line
from store import Histogram, HistogramBar

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 20, tzinfo=UTC)


def histogram_of(counts: list[int], failures: tuple[int, ...] = (), width: timedelta = HOUR) -> Histogram:
    return Histogram(
        width=width,
        bars=tuple(
            HistogramBar(
                since=START + place * width,
                until=START + (place + 1) * width,
                count=count,
                failures=1 if place in failures else 0,
            )
            for place, count in enumerate(counts)
        ),
    )


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=200), st.integers(1, 3))
def test_a_higher_count_is_never_drawn_lower_and_only_none_is_drawn_as_none(counts: list[int], lines: int) -> None:
    drawn = column_signs([BarColumn(START, START, count, 0) for count in counts], lines)
    assert [len(line) for line in drawn] == [len(counts)] * lines
    heights = [
        sum(" ▁▂▃▄▅▆▇█".find(line[place]) for line in drawn if line[place] != ".") for place in range(len(counts))
    ]
    assert all((height == 0) == (count == 0) for height, count in zip(heights, counts, strict=True))
    by_count = [height for _, height in sorted(zip(counts, heights, strict=True))]
    assert by_count == sorted(by_count)
    assert max(heights) == (8 * lines if any(counts) else 0)


@given(st.lists(st.integers(0, 1000), max_size=200), st.integers(1, 150))
def test_bars_that_do_not_fit_share_columns_and_no_event_is_lost(counts: list[int], width: int) -> None:
    columns = bar_columns(histogram_of(counts), width)
    assert len(columns) <= max(width, 0)
    assert sum(column.event_count for column in columns) == sum(counts)
    assert [column.since for column in columns[1:]] == [column.until for column in columns[:-1]]


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9000, 1, 1)),
    st.sampled_from([timedelta(microseconds=1), timedelta(seconds=1), HOUR, 8 * HOUR, timedelta(days=64)]),
    st.integers(1, 128),
    st.integers(1, 5),
)
def test_dates_never_run_into_each_other_or_past_the_bars(
    start: datetime, width: timedelta, count: int, cell_width: int
) -> None:
    starts = [start + place * width for place in range(count)]
    line = axis_line(starts, cell_width)
    assert len(line) <= count * cell_width
    shown = {f"{start:{form}}" for start in starts for form in ("%m-%d", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f")}
    shown |= {start.date().isoformat() for start in starts}
    whole = line.split(" ") if count * cell_width >= 10 else []
    assert {word for word in whole if word} <= shown


@pytest.mark.parametrize(
    ("start", "width", "count", "line"),
    [
        ("2026-11-20 22:00", timedelta(minutes=15), 50, "2026-11-20          11-21       06:00       09:00"),
        ("2026-12-30", timedelta(hours=12), 40, "2026-12-30      2027-01-07    01-14"),
        ("2024-05-22", timedelta(days=16), 60, "2024-05-22    2025-01-01             2026-01-04"),
    ],
)
def test_the_axis_says_dates_as_needed(start: str, width: timedelta, count: int, line: str) -> None:
    begin = datetime.fromisoformat(start)
    assert axis_line([begin + place * width for place in range(count)], 1) == line


class StripApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.strip = HistogramStrip()
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.strip

    def on_bar_chosen(self, message: BarChosen) -> None:
        self.told.append(message.since)

    def on_time_span_chosen(self, message: TimeSpanChosen) -> None:
        self.told.append((message.since, message.until))

    def on_pane_left(self, message: PaneLeft) -> None:
        self.told.append("left")


def lines_of(strip: HistogramStrip) -> list[str]:
    return [strip.render_line(y).text for y in range(strip.content_size.height)]


async def test_empty_bars_failures_the_window_and_the_highlighted_event_are_drawn_without_colour() -> None:
    app = StripApp()
    async with app.run_test(size=(12, 6)) as pilot:
        app.strip.show(histogram_of([0, 1, 8, 0, 16, 2], failures=(2, 4)))
        app.strip.show_place(START + 4.5 * HOUR, (START + 3 * HOUR, START + 5.5 * HOUR))
        await pilot.pause()
        drawn = lines_of(app.strip)
        assert drawn[0] == "    █".ljust(10)
        assert drawn[1] == ".▁█.█▂".ljust(10)
        assert drawn[2] == "  ✗─▲─".ljust(10)


@pytest.mark.parametrize(
    ("width", "said"),
    [(72, "1 hour a bar, at most 16"), (64, "1 hour a bar"), (16, "")],
    ids=["wide", "narrow", "tiny"],
)
async def test_how_long_a_bar_is_stands_also_where_there_is_no_room_for_the_highest_count(
    width: int, said: str
) -> None:
    app = StripApp()
    async with app.run_test(size=(width, 6)) as pilot:
        app.set_focus(None)
        app.strip.show(histogram_of([0, 1, 8, 0, 16, 2] * 4))
        await pilot.pause()
        assert lines_of(app.strip)[-1].rstrip().endswith(said)
        assert ("a bar" in lines_of(app.strip)[-1]) == bool(said)


async def test_where_there_is_little_room_the_number_of_a_bar_is_not_cut() -> None:
    app = StripApp()
    async with app.run_test(size=(40, 6)) as pilot:
        app.strip.show(histogram_of([1, 2, 12_345], failures=(2,), width=timedelta(seconds=1.5)))
        app.strip.focus()
        await pilot.press("end")
        await pilot.pause()
        assert lines_of(app.strip)[-1].rstrip() == "12,345 events · 1 ✗ · 2026-11-20 00:0…"


async def test_keys_walk_over_the_bars_and_a_selection_becomes_a_span_of_time() -> None:
    app = StripApp()

    async def press(pilot: Pilot[None], *keys: str) -> list[object]:
        app.told.clear()
        await pilot.press(*keys)
        await pilot.pause()
        return app.told

    async with app.run_test(size=(50, 6)) as pilot:
        app.strip.show(histogram_of([1, 2, 3, 4]))
        app.strip.focus()
        await pilot.pause()
        assert await press(pilot, "left") == [START + 2 * HOUR]
        assert await press(pilot, "home", "right") == [START, START + HOUR]
        assert "2 events" in lines_of(app.strip)[-1]
        assert (await press(pilot, "shift+right", "L"))[-1] == START + 3 * HOUR
        assert "2026-11-20 01:00 to 04:00 UTC · 9 events" in lines_of(app.strip)[-1]
        assert await press(pilot, "enter") == [(START + HOUR, START + 4 * HOUR)]
        assert await press(pilot, "escape", "escape") == ["left"]
        assert await press(pilot, "right", "right") == [START + 3 * HOUR] * 2


async def test_a_selection_stays_where_it_is_when_the_same_bars_are_counted_again() -> None:
    app = StripApp()
    async with app.run_test(size=(50, 6)) as pilot:
        app.strip.show(histogram_of([1, 2, 3, 4]))
        app.strip.show_place(START + 3 * HOUR, None)
        app.strip.focus()
        await pilot.press("left", "H")
        assert "2026-11-20 01:00 to 03:00 UTC · 5 events" in lines_of(app.strip)[-1]
        app.strip.show(histogram_of([1, 3, 3, 4, 1]))
        assert "2026-11-20 01:00 to 03:00 UTC · 6 events" in lines_of(app.strip)[-1]
        app.strip.show(histogram_of([1, 2], width=2 * HOUR))
        assert "2026-11-20 02:00 to 04:00 UTC" in lines_of(app.strip)[-1]


async def test_a_click_goes_to_a_bar_and_a_drag_selects_bars() -> None:
    app = StripApp()
    async with app.run_test(size=(42, 6)) as pilot:
        app.strip.show(histogram_of([1, 2, 3, 4]))
        await pilot.pause()
        await pilot.click(HistogramStrip, offset=(12, 0))
        assert app.told == [START + HOUR]
        app.told.clear()
        await pilot.mouse_down(HistogramStrip, offset=(12, 0))
        await pilot.hover(HistogramStrip, offset=(35, 1))
        await pilot.mouse_up(HistogramStrip, offset=(35, 1))
        await pilot.pause()
        assert app.told == [START + HOUR, (START + HOUR, START + 4 * HOUR)]


async def test_without_bars_it_says_so_and_takes_keys_calmly() -> None:
    app = StripApp()
    async with app.run_test(size=(40, 6)) as pilot:
        assert "counting" in lines_of(app.strip)[0]
        app.strip.show(Histogram(), note="no time to show")
        app.strip.focus()
        await pilot.press("left", "shift+right", "enter", "end")
        assert "no time to show" in lines_of(app.strip)[0]
        assert app.told == []
        app.strip.show(Histogram(), note="no time once more")  # as when it is counted again while it is followed
        assert "no time once more" in lines_of(app.strip)[0]


def test_bars_that_were_not_counted_are_drawn_as_such() -> None:
    whole = histogram_of([0, 1, 2, 3])
    part = whole.replaced(counted_since=START + timedelta(hours=2, minutes=30))
    assert column_signs(bar_columns(whole, 10), 1) == [".▃▆█"]
    assert column_signs(bar_columns(part, 10), 1) == ["░░░█"]  # counting stopped within the third
    assert column_signs(bar_columns(part, 2), 1) == ["░░"]


async def test_what_was_not_counted_is_never_said_to_be_nothing() -> None:
    whole = histogram_of([0, 0, 2, 3])
    part = {"counted_since": START + timedelta(hours=2, minutes=30), "later": 4, "later_is_exact": False}
    assert later_text(whole.replaced(**part)) == " · ≥4 later"
    app = StripApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.strip.show(whole.replaced(**part))
        await pilot.pause()
        app.strip.focus()
        await pilot.press("end")
        assert lines_of(app.strip)[-1].rstrip().endswith(" · 3 events")
        await pilot.press("left")
        assert lines_of(app.strip)[-1].rstrip().endswith(" · at least 2 events")
        await pilot.press("left")
        assert lines_of(app.strip)[-1].rstrip().endswith(" · not counted")
        await pilot.press("shift+right", "shift+right")
        assert lines_of(app.strip)[-1].rstrip().endswith(" · at least 5 events")
