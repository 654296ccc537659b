"""A filter on a masked log -> the filter on the log itself that means the same, or the reason why there is none."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

from ..choice import Choice, PayloadChoice
from ..errors import MaskingMistake
from ..event_filter import CHOICE_FIELDS, EventFilter
from ..number_range import write_range
from .masked_json import is_below_name, is_literal
from .masking import Masking, is_below, without_indexes
from .pseudonyms import Pseudonyms, has_pseudonym, looks_personal

IDS = ("environments", "event_names", "entity_types", "entity_ids", "actor_types", "trace_ids", "belongs_to")
WITH_SEARCHED_PATTERNS = ("entity_ids", "trace_ids", "actors")
"""Fields whose values may be hidden, each a different one. Of the others there are few, and names and types are words
of the source."""

ANYTHING = ("*",)
"""A pattern that tells nothing of the value."""


class UnmaskedFilter:
    """Turns filters on a masked log into filters on the log. `is_seen` says whether a masked event shows an actor's
    word, which the log has to be asked for, and `look_for` goes to the newest events, where pseudonyms may be shown."""

    def __init__(
        self,
        masking: Masking,
        pseudonyms: Pseudonyms,
        is_seen: Callable[[str], Awaitable[bool]],
        look_for: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._masking = masking
        self._pseudonyms = pseudonyms
        self._is_seen = is_seen
        self._look_for = look_for
        self._hidden = masking.hidden_in("payload")

    async def of(self, event_filter: EventFilter) -> EventFilter:
        """Raises MaskingMistake for what would be answered by telling what is hidden."""
        self._refuse_search(event_filter)
        if unknown := [value for value in _values(event_filter) if self._is_unknown_pseudonym(value)]:
            await self._look_for(unknown)
        changes: dict[str, object] = {
            field: self._choice(choice) for field in IDS if (choice := event_filter.choice(field))
        }
        if event_filter.actors:
            changes["actors"] = await self._actors(event_filter.actors)
        if event_filter.texts:
            changes["texts"] = self._choice(event_filter.texts, refuses=False)
        if event_filter.payload:
            changes["payload"] = tuple(map(self._payload, event_filter.payload))
        return event_filter.replaced(**changes) if changes else event_filter

    def _is_unknown_pseudonym(self, value: str) -> bool:
        return has_pseudonym(value) and not self._pseudonyms.originals(value)

    def _refuse_search(self, event_filter: EventFilter) -> None:
        choices = [event_filter.choice(field) for field in WITH_SEARCHED_PATTERNS]
        choices += [each.choice for each in event_filter.payload]
        patterns = {pattern for each in choices for pattern in (*each.patterns, *each.excluded_patterns)}
        if not self._masking.search and (event_filter.texts or patterns.difference(ANYTHING)):
            raise MaskingMistake(
                f"Under the masking {self._masking.name}, texts, and patterns of actors, ids and payloads, are not "
                "searched: what is found would tell what is hidden.",
                "Choose values from the lists or in an event; search = true in the masking allows it.",
            )

    def _choice(self, choice: Choice, *, refuses: bool = True) -> Choice:
        included, excluded = (
            tuple(self._originals(values, refuses=refuses)) for values in (choice.included, choice.excluded)
        )
        return choice.replaced(included=included, excluded=excluded)

    def _originals(self, values: Iterable[str], *, refuses: bool) -> Iterable[str]:
        for value in values:
            known = self._pseudonyms.originals(value)
            if refuses and not known and (has_pseudonym(value) or looks_personal(value)):
                raise self._mistake(value)
            yield from known or (value,)

    async def _actors(self, choice: Choice) -> Choice:
        for value in (*choice.included, *choice.excluded):
            known = self._pseudonyms.originals(value)
            if not known and (has_pseudonym(value) or looks_personal(value) or not await self._is_seen(value)):
                raise self._mistake(value)
        return self._choice(choice)

    def _payload(self, condition: PayloadChoice) -> PayloadChoice:
        path = tuple((self._pseudonyms.originals(key) or (key,))[-1] for key in condition.path)
        choice = condition.choice
        is_hidden = is_below(without_indexes(path), self._hidden)
        may_be_names = self._masking.names and not self._masking.search
        for value in (*choice.included, *choice.excluded):
            if (is_hidden or (may_be_names and not is_literal(value))) and not self._pseudonyms.originals(value):
                raise self._mistake(value)
        for pattern in {*choice.patterns, *choice.excluded_patterns}.difference(ANYTHING) if is_hidden else ():
            raise self._mistake(pattern)
        if is_hidden or (may_be_names and is_below_name(path)):
            for numbers in (*choice.ranges, *choice.excluded_ranges):
                raise self._mistake(write_range(numbers))
        return PayloadChoice(path=path, choice=self._choice(choice))

    def _mistake(self, value: str) -> MaskingMistake:
        if has_pseudonym(value):
            return MaskingMistake(
                f"What {value} stands for is not known: neither an event that was shown since the log was opened has "
                "it, nor one of the newest.",
                "In the app, go to such an event, or choose the value from the lists.",
            )
        return MaskingMistake(
            f"Under the masking {self._masking.name}, {value} cannot be asked for: it is hidden, or not there.",
            "Choose its pseudonym from the lists or in an event.",
        )


def _values(event_filter: EventFilter) -> Iterator[str]:
    """Every text that a filter asks for."""
    choices = [event_filter.choice(field) for field in CHOICE_FIELDS]
    for choice in (*choices, *(each.choice for each in event_filter.payload)):
        yield from (*choice.included, *choice.excluded)
