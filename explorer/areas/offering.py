"""What may be meant by what is written in a field of the filters: a customer by its name, where its id is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on

from ..messages import ListShown
from ..questions import pass_over
from ..widgets.sidebar_messages import OffersNeeded
from . import querying
from .key_area import KeyArea

if TYPE_CHECKING:
    from ..entity_completions import EntityOffers
    from ..shown import Shown


class Offering(KeyArea):
    """Offers entities of the list that is shown, were it not for the field. `clock` tells the time (UTC)."""

    def __init__(self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime]) -> None:
        super().__init__(shown=shown)
        self._clock = clock
        self._entities: EntityOffers | None = None
        self._asked: OffersNeeded | None = None

    @on(ListShown)
    def _offer_of_this_list(self) -> None:
        self._entities = None
        if self._asked is not None and self._asked.asking.has_focus_within:
            self._offer(self._asked)

    @on(OffersNeeded)
    def _offer(self, message: OffersNeeded) -> None:
        self.workers.cancel_group(self, "offers")
        shown, self._asked = self.shown(), message
        if shown is None or not message.value:
            message.asking.show_offers(message.text, ())
        else:
            self.ask("offers", self._load, shown, message)

    async def _load(self, shown: Shown, message: OffersNeeded) -> None:
        from store import FILTER_WORDS, Choice, StoreError, UnfinishedTerm

        from ..entity_completions import EntityOffers

        await asyncio.sleep(querying.DEBOUNCE_SECONDS)
        if self._entities is None:
            self._entities = EntityOffers(self._clock)
        field = message.asking.field
        word = next(word for word, meant in FILTER_WORDS.items() if meant == field)
        term = UnfinishedTerm(0, len(message.text), message.excluded, word, message.value, is_open=False)
        rest = shown.event_filter.with_choice(field, Choice())
        try:
            offers = await self._entities.holding(term, shown.repository, rest, None)
        except StoreError as problem:
            pass_over(self, problem)
            offers = ()
        message.asking.show_offers(message.text, offers)
