"""The filter as text: a box over the panes that follows the filter, and says what a draft would show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ..keys import QUERY_KEYS
from ..messages import FilterChanged
from ..query_history import QueryHistory
from ..questions import pass_over
from ..shown import Shown
from ..widgets.focus import focus_again
from ..widgets.query_box import QueryBox
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import EventFilter, EventRepository, Facets, UnfinishedTerm

    from ..entity_completions import EntityOffers

DEBOUNCE_SECONDS = 0.15
"""Nothing is asked for a draft that is written on within this time."""


class Querying(KeyArea):
    """Opens the box. What is written in it is applied on Enter: half a word would show half of the truth.

    `history` remembers what was applied. `clock` tells the time (UTC) from which spans count; `focus_events` leads to
    the rows of the applied filter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*QUERY_KEYS]

    def __init__(
        self,
        *,
        shown: Callable[[], Shown | None],
        clock: Callable[[], datetime],
        focus_events: Callable[[], object],
    ) -> None:
        super().__init__(shown=shown)
        self._clock = clock
        self._focus_events = focus_events
        self._box: QueryBox | None = None
        self._is_open = False
        """Whether the user writes in the box, or did when the app ended: Textual hides what it takes away."""
        self._came_from: Widget | None = None
        self._facets: Mapping[EventFilter, Facets] = {}
        self._payloads: Mapping[EventFilter, Sequence[str]] = {}
        self._entities: EntityOffers | None = None
        """What it offers of the log as it was when the box was opened."""
        self.history: QueryHistory = QueryHistory()
        self._written: EventFilter | None = None
        """The filter that was written in the open box last: what was made of it since then is the user's."""
        self._is_early = False
        """Whether the box was opened before the log: what is written in it stays."""

    def show(self, event_filter: EventFilter) -> None:
        """The filter is now this one: an open box shows it, whoever changed it."""
        from store import write_filter

        if self._box is not None and self._box.display:
            is_as_before = event_filter == self._written  # read again, perhaps by itself
            keeps = is_as_before or (self._is_early and bool(self._box.text))
            self._written, self._is_early = event_filter, False
            if keeps:
                self._box.read_draft()  # now there is a log to count it in, or another count
            else:
                self._box.write(write_filter(event_filter))

    async def complete(self) -> None:
        """Mount the box, so that it can take the very next key when it is opened."""
        if self._box is None:
            self._box = QueryBox()
            self._box.display = False
            await self.mount(self._box, before=0)

    async def action_query(self) -> None:
        """Open the box with the filter in it, or go back to it with what is written there.

        Also before the log is open, which may take a while: the letters behind the key would be keys of the panes.
        """
        if not self.is_attached:
            return
        from ..entity_completions import EntityOffers

        await self.complete()
        assert self._box is not None, "it is mounted"
        self._came_from = self.screen.focused
        if not self._box.display:
            self._box.display = self._is_open = True
            self._facets, self._payloads, self._entities = {}, {}, EntityOffers(self._clock)
            shown = self.shown()
            self._is_early, self._written = shown is None, None
            self._box.write("")
            if shown is not None:
                self.show(shown.event_filter)
            self.ask("history", self._show_history, self._box)
        self._box.write_in()

    async def open_with(self, query: str) -> None:
        """Open the box with a text that is still to be written on, or has a mistake to be seen."""
        await self.action_query()
        if self._box is not None:
            self._box.write_on(query)

    async def keep_draft(self) -> None:
        """Remember what is written in an open box, right or wrong, as if it had been applied."""
        from store import write_filter

        if self._box is not None and self._is_open and (draft := self._box.text):
            usual = "" if self._written is None else write_filter(self._written)
            if draft != usual:
                await self.history.add(draft)

    def as_written(self, event_filter: EventFilter) -> str:
        """A filter as the user wrote it last, so that words for times stay words; else its textual form."""
        from store import FilterMistake, parse_filter, write_filter

        last = self.history.queries[-1] if self.history.queries else ""
        with contextlib.suppress(FilterMistake):
            if parse_filter(last, self._clock()) == event_filter:
                return last
        return write_filter(event_filter)

    async def _show_history(self, box: QueryBox) -> None:
        box.show_history(self.history.queries)
        await self.history.load()
        box.show_history(self.history.queries)

    @on(QueryBox.DraftRead)
    def _preview(self, message: QueryBox.DraftRead) -> None:
        message.stop()
        self.workers.cancel_group(self, "preview")
        shown = self.shown()
        if shown is None:
            return
        if message.event_filter is not None:
            self.ask("preview", self._count, shown.repository, message.event_filter)
        self._offer_completions(shown, message.text, message.term)

    def _offer_completions(self, shown: Shown, text: str, term: UnfinishedTerm) -> None:
        """Those that are known at once; else the log is asked for the values beside the rest of the filter."""
        from ..completions import field_completions, needs_facets, rest_of, value_completions
        from ..entity_completions import is_of_entity
        from ..payload_completions import is_of_payload

        assert self._box is not None, "there is a box that was written in"
        self.workers.cancel_group(self, "values")
        is_asked = needs_facets(term) or is_of_payload(term) or is_of_entity(term)
        rest = rest_of(text, term) if is_asked else None
        if is_of_payload(term):
            if rest is None:
                self._box.show_completions(())
            else:
                self.ask("values", self._load_payload_words, shown, rest, term)
        elif term.word is None:
            self._box.show_completions(field_completions(term))
        elif rest is not None and is_of_entity(term):
            self.ask("values", self._load_entities, shown, rest, term)
        elif rest is None or rest in self._facets:
            facets = None if rest is None else self._facets[rest]
            self._box.show_completions(value_completions(term, facets, shown.highlighted))
        else:
            self.ask("values", self._load_values, shown, rest, term)

    async def _load_values(self, shown: Shown, rest: EventFilter, term: UnfinishedTerm) -> None:
        from store import StoreError

        from ..completions import value_completions

        await asyncio.sleep(DEBOUNCE_SECONDS)
        settled = rest.settled(self._clock())
        try:
            facets, actors = await shown.repository.facets(settled), await shown.repository.actor_facets(settled)
        except StoreError as problem:
            pass_over(self, problem)
            return
        merged = facets.beside(actors)
        self._facets = {rest: merged}
        if self._box is not None:
            self._box.show_completions(value_completions(term, merged, shown.highlighted))

    async def _load_payload_words(self, shown: Shown, rest: EventFilter, term: UnfinishedTerm) -> None:
        """What the newest events of the list hold, which is read and looked through beside the event loop."""
        from store import NEWEST, StoreError

        from ..payload_completions import MOST_EVENTS, payload_completions, payloads_of

        await asyncio.sleep(DEBOUNCE_SECONDS)
        if rest not in self._payloads:
            settled = rest.settled(self._clock())
            try:
                newest = await shown.repository.page(settled, NEWEST, "older", MOST_EVENTS)
            except StoreError as problem:
                pass_over(self, problem)
                return
            self._payloads = {rest: payloads_of(newest.events)}
        completions = await asyncio.to_thread(payload_completions, term, self._payloads[rest])
        if self._box is not None:
            self._box.show_completions(completions)

    async def _load_entities(self, shown: Shown, rest: EventFilter, term: UnfinishedTerm) -> None:
        from store import StoreError

        assert self._entities is not None, "the box is open"
        await asyncio.sleep(DEBOUNCE_SECONDS)
        try:
            completions = await self._entities.holding(term, shown.repository, rest, shown.highlighted)
        except StoreError as problem:
            pass_over(self, problem)
            return
        if self._box is not None:
            self._box.show_completions(completions)

    async def _count(self, repository: EventRepository, draft: EventFilter) -> None:
        """Say how many events a draft would show. Whatever is wrong with the log is told when it is applied."""
        from store import StoreError

        await asyncio.sleep(DEBOUNCE_SECONDS)
        try:
            count = await repository.count(draft.settled(self._clock()))
        except StoreError as problem:
            pass_over(self, problem)
            return
        if self._box is not None:
            self._box.show_meaning(draft, count)

    @on(QueryBox.Applied)
    def _apply(self, message: QueryBox.Applied) -> None:
        message.stop()
        if self.shown() is None and self._box is not None:
            self._box.say("No log is open yet: enter shows the events as soon as one is.")
            return
        self._close()
        self._focus_events()
        if message.text:
            self.run_worker(self.history.add(message.text), group="remember")
        self.post_message(FilterChanged(message.event_filter))

    @on(QueryBox.Left)
    def _leave(self, message: QueryBox.Left) -> None:
        message.stop()
        self._close()
        focus_again(self._came_from, self._focus_events)

    def _close(self) -> None:
        for group in ("preview", "values"):
            self.workers.cancel_group(self, group)
        if self._box is not None:
            self._box.display = self._is_open = False
