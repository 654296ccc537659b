"""The line that names the log and its filter: a narrow terminal never cuts the way back off."""

from textual.app import App, ComposeResult

from explorer.widgets.sentence_line import SentenceLine
from store import EventFilter, parse_filter


class Line(App[None]):
    """The line alone."""

    def compose(self) -> ComposeResult:
        yield SentenceLine()


async def drawn(event_filter: EventFilter, width: int, *, leads_back: bool) -> str:
    app = Line()
    async with app.run_test(size=(width, 1)) as pilot:
        line = app.query_one(SentenceLine)
        line.show("shop", event_filter, leads_back=leads_back)
        await pilot.pause()
        return "".join(segment.text for segment in app.screen._compositor.render_strips()[0]).strip()


async def test_of_a_long_filter_the_end_is_cut_and_the_way_back_stands() -> None:
    long = parse_filter("since:2026-11-18 until:2026-11-25 entity:customer-3fa91c name:entitlement.denied")
    line = await drawn(long, 60, leads_back=True)
    assert line.startswith("shop · from 2026-11-18")
    assert line.endswith("…  (esc leads back)")
    assert (await drawn(long, 60, leads_back=False)).endswith("…")
    assert "esc" not in await drawn(long, 200, leads_back=False)
    assert (await drawn(long, 200, leads_back=True)).endswith("customer-3fa91c  (esc leads back)")
