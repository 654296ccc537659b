"""What a user wants to see, as a value: conditions that all must hold, each a choice of values to have or not."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType

from msgspec.structs import force_setattr

from .choice import ANY, Choice, PayloadChoice
from .event import Actor, Event, to_utc
from .event_texts import FoldedTexts, texts_of
from .json_path import filled_at, parse_document, path_of_field, values_at
from .number_range import NumberRange, number_of
from .pattern import fits, pieces
from .value import Value
from .vocabulary import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Vocabulary

Moment = datetime | timedelta
"""A point in time: a datetime, or how long before now (a timedelta that is not negative)."""

Families = Mapping[str, Collection[str]]
"""By an id, the ids of everything that belongs to it."""
NO_FAMILIES: Families = MappingProxyType({})

DEFAULT_SPAN = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)


class TimeRange(Value):
    """From `since` to `until`, both ends included. None leaves that end open."""

    since: Moment | None = DEFAULT_SPAN
    until: Moment | None = None

    def __post_init__(self) -> None:
        for end, moment in (("since", self.since), ("until", self.until)):
            if isinstance(moment, datetime):
                force_setattr(self, end, to_utc(moment))

    def settled(self, now: datetime) -> "TimeRange":
        """The same range with both ends absolute, counted from `now` (UTC)."""
        return TimeRange(since=_absolute(self.since, now), until=_absolute(self.until, now))

    @property
    def ends(self) -> tuple[datetime | None, datetime | None]:
        """Both ends of a settled range. Raises ValueError for one that depends on what time it is."""
        if isinstance(self.since, timedelta) or isinstance(self.until, timedelta):
            raise ValueError("the range is not settled")
        return self.since, self.until

    def matches(self, moment: datetime) -> bool:
        """Whether a settled range holds `moment`. Raises ValueError for a range that is not settled."""
        since, until = self.ends
        return (since is None or since <= moment) and (until is None or moment <= until)


def _absolute(moment: Moment | None, now: datetime) -> datetime | None:
    if not isinstance(moment, timedelta):
        return moment
    try:
        return now - moment
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


class EventFilter(Value):
    """Every condition of a view of the log; they all must hold. The default is the last 30 days of everything.

    Names and types are matched by any of their spellings (`vocabulary`), ids exactly, an actor by its id or IP address
    exactly or by its name or email without regard to case.

    A text is found in an event's id and trace id, its name in every spelling, its environment, all parts of its entity
    and actor, and the JSON text of payload and request; A-Z are like a-z there, and every other character only like
    itself. A payload is matched by the values at its paths, each path once and with values: strings by their text,
    numbers, true, false and null as they are written, and never by objects. In a range are the numbers there, and the
    texts that are one (`number_range`).

    A pattern fits a name or type in any of its spellings, where case does not count and blanks, `_`, `-` and `.` are
    the same; an id exactly, and so a value of a payload other than null; an actor as its values do. Texts and what
    things belong to have no patterns, and only payloads have ranges.

    To an entity belong its own events and those of which it is the parent, or of which something is that belongs to it
    itself, over any number of levels. A thing belongs to every parent that one of its events names. Its events belong
    to the parent that they name, and where they name none, to whatever it belongs to.
    """

    time: TimeRange = TimeRange()
    environments: Choice = ANY
    event_names: Choice = ANY
    entity_types: Choice = ANY
    entity_ids: Choice = ANY
    actor_types: Choice = ANY
    actors: Choice = ANY
    trace_ids: Choice = ANY
    belongs_to: Choice = ANY
    texts: Choice = ANY
    payload: tuple[PayloadChoice, ...] = ()

    def __post_init__(self) -> None:
        if self.texts.has_patterns or self.belongs_to.has_patterns:
            raise ValueError("texts and what things belong to have no patterns")
        if any(getattr(self, field).has_ranges for field in CHOICE_FIELDS):
            raise ValueError("only payloads have ranges of numbers")
        paths = {each.path for each in self.payload}
        if len(paths) < len(self.payload) or not all(each.path and each.choice for each in self.payload):
            raise ValueError("each path stands once in a filter, has keys, and has values")

    @property
    def has_text_conditions(self) -> bool:
        """Whether only reading the events can answer it: texts, payloads, patterns of ids."""
        return bool(self.texts or self.payload or self.entity_ids.has_patterns or self.trace_ids.has_patterns)

    @property
    def refuses_references(self) -> bool:
        """Whether events of some entities, traces, actors or homes are left out, as far as an index knows them."""
        choices = (self.entity_ids, self.trace_ids, self.actors, self.belongs_to)
        return not self.has_text_conditions and any(choice.refuses_some for choice in choices)

    def settled(self, now: datetime) -> "EventFilter":
        """The same filter with absolute times, counted from `now` (UTC)."""
        return self.replaced(time=self.time.settled(now))

    def with_value(self, field: str, value: str, *, excluded: bool = False) -> "EventFilter":
        """Narrowed: `value` added to the choice of `field`, as one to have or one not to have."""
        return self.with_choice(field, self.choice(field).with_value(value, excluded=excluded))

    def without_value(self, field: str, value: str) -> "EventFilter":
        return self.with_choice(field, self.choice(field).without_value(value))

    def with_choice(self, field: str, choice: Choice) -> "EventFilter":
        path = path_of_field(field)
        if path is None:
            return self.replaced(**{field: choice})
        chosen = {each.path: each.choice for each in self.payload} | {path: choice}
        kept = tuple(PayloadChoice(path=each, choice=values) for each, values in chosen.items() if values)
        return self.replaced(payload=kept)

    def with_time(self, time: TimeRange) -> "EventFilter":
        return self.replaced(time=time)

    def choice(self, field: str) -> Choice:
        """The choice of a field, which may be a path into the payload: `payload.plan.id`.

        Raises KeyError for a name that is neither that nor one of `CHOICE_FIELDS`, FilterMistake for a broken path.
        """
        path = path_of_field(field)
        if path is not None:
            return next((each.choice for each in self.payload if each.path == path), ANY)
        if field not in CHOICE_FIELDS:
            raise KeyError(field)
        chosen: Choice = getattr(self, field)
        return chosen

    def matches(self, event: Event, families: Families = NO_FAMILIES) -> bool:
        """Whether a settled filter shows `event`. This is the meaning; every database must agree with it.

        `families` says for an id of what things belong to which ids that is, itself among them: events do not tell
        more than one level.
        """
        entity, actor = event.entity, event.actor
        return (
            self.time.matches(event.occurred_at)
            and _allows_id(self.environments, event.environment)
            and _allows_name(self.event_names, EVENT_NAMES, event.event_name)
            and _allows_name(self.entity_types, ENTITY_TYPES, entity.type if entity else None)
            and _allows_id(self.entity_ids, entity.id if entity else None)
            and _allows_name(self.actor_types, ACTOR_TYPES, actor.type if actor else None)
            and (not self.actors or _allows_actor(self.actors, actor))
            and _allows_id(self.trace_ids, event.trace_id)
            and (not self.belongs_to or _allows(self.belongs_to, partial(_belongs_to, event, families)))
            and (not self.texts or _allows(self.texts, FoldedTexts(texts_of(event)).hold))
            and (not self.payload or self._allows_payload(event.payload))
        )

    def _allows_payload(self, payload: str | None) -> bool:
        document = parse_document(payload)
        return all(_allows_values(each, document) for each in self.payload)


VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {"event_names": EVENT_NAMES, "entity_types": ENTITY_TYPES, "actor_types": ACTOR_TYPES}
)
"""The fields of a filter whose values have labels and several spellings."""

CHOICE_FIELDS = tuple(name for name in EventFilter.__struct_fields__ if name not in ("time", "payload"))
"""The fields of a filter that hold a choice of values, in the order they are shown. Paths into the payload are more."""


def actor_answers_to(word: str, actor: Actor) -> bool:
    """Whether `word` is the actor's id or IP address (exactly), or its name or email (without regard to case)."""
    folded = word.casefold()
    return word in (actor.id, actor.ip_address) or any(
        text is not None and folded == text.casefold() for text in (actor.name, actor.email)
    )


def actor_fits(pattern: str, actor: Actor) -> bool:
    """Whether the actor's id or IP address fits a pattern exactly, or its name or email without regard to case."""
    parts = pieces(pattern)
    folded = [part.casefold() for part in parts]
    return any(text is not None and fits(parts, text) for text in (actor.id, actor.ip_address)) or any(
        text is not None and fits(folded, text.casefold()) for text in (actor.name, actor.email)
    )


def _never(pattern: str) -> bool:
    return False


def _allows(
    choice: Choice,
    means: Callable[[str], bool],
    fitting: Callable[[str], bool] = _never,
    numbers: Collection[Decimal] = (),
) -> bool:
    """Whether a choice allows an event, given what its values and its patterns mean of it, and its `numbers`."""

    def is_there(each: NumberRange) -> bool:
        return any(map(each.holds, numbers))

    if any(map(means, choice.excluded)) or any(map(fitting, choice.excluded_patterns)):
        return False
    if any(map(is_there, choice.excluded_ranges)):
        return False
    if not choice.wants_some:
        return True
    return any(map(means, choice.included)) or any(map(fitting, choice.patterns)) or any(map(is_there, choice.ranges))


def _allows_values(wanted: PayloadChoice, document: object) -> bool:
    choice, values = wanted.choice, frozenset(values_at(document, wanted.path))
    numbers = [number for number in map(number_of, values) if number is not None] if choice.has_ranges else ()
    filled = frozenset(filled_at(document, wanted.path)) if choice.has_patterns else ()

    def fitting(pattern: str) -> bool:
        return any(fits(pieces(pattern), value) for value in filled)

    return _allows(choice, values.__contains__, fitting, numbers)


def _belongs_to(event: Event, families: Families, owner: str) -> bool:
    entity_id = event.entity.id if event.entity else None
    home = entity_id if event.parent_entity_id is None else event.parent_entity_id
    return entity_id == owner or home in families.get(owner, (owner,))


def _allows_id(choice: Choice, stored: str | None) -> bool:
    return _allows(
        choice,
        lambda word: word == stored,
        lambda pattern: stored is not None and fits(pieces(pattern), stored),
    )


def _allows_name(choice: Choice, vocabulary: Vocabulary, stored: str | None) -> bool:
    return _allows(
        choice,
        lambda word: vocabulary.matches(word, stored),
        lambda pattern: vocabulary.fits(pieces(pattern), stored),
    )


def _allows_actor(choice: Choice, actor: Actor | None) -> bool:
    if actor is None:
        return _allows(choice, _never)
    return _allows(choice, lambda word: actor_answers_to(word, actor), lambda pattern: actor_fits(pattern, actor))
