"""Events and the values of facets -> the same with pseudonyms for what a masking hides."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from ..event import Actor, Entity, Event
from ..page import Facet, Facets
from .masked_json import JsonMask
from .masking import Masking
from .pseudonyms import Kind, Mask, Pseudonyms, beside_addresses, is_pseudonym

LEAST_NAME = 3
"""Characters of a name that is looked for in the texts of its event: a shorter one stands in too many words."""


def event_mask(masking: Masking) -> Callable[[Event], Event]:
    """What gives events as they may be seen under a masking."""
    return EventMask(masking, Pseudonyms(masking.key)).event


class EventMask:
    """Masks events by a masking. What is masked is remembered in `pseudonyms`."""

    def __init__(self, masking: Masking, pseudonyms: Pseudonyms) -> None:
        self._masking = masking
        self._pseudonyms = pseudonyms
        self._hidden = {section: masking.hidden_in(section) for section in ("payload", "request")}

    def event(self, event: Event) -> Event:
        """The event as it may be seen."""
        text, json_text = self._text, partial(self._json, event)
        return Event(
            id=self._remembered(self._pseudonyms.without_personal_in_id, event.id),
            occurred_at=event.occurred_at,
            event_name=text(event.event_name) or "",
            environment=text(event.environment),
            entity=self._entity(event.entity),
            parent_entity_id=text(event.parent_entity_id),
            actor=self._actor(event),
            trace_id=text(event.trace_id),
            payload=json_text(event.payload, "payload"),
            request=json_text(event.request, "request"),
        )

    def facets(self, facets: Facets) -> Facets:
        """The values of fields as they may be seen; those that look the same by now are counted together."""
        return facets.replaced(fields={field: self._values(field, values) for field, values in facets.fields.items()})

    def _values(self, field: str, values: Sequence[Facet]) -> Sequence[Facet]:
        counts: Counter[str | None] = Counter()
        for each in values:
            counts[self._actor_word(each) if field == "actors" else self._text(each.value)] += each.count
        return tuple(Facet(value=value, count=count) for value, count in counts.most_common())

    def _actor_word(self, facet: Facet) -> str | None:
        if facet.address is None:
            return self._name(facet.value)
        return self._whole("email" if facet.address == "email" else "ip", facet.value)

    def _text(self, text: str | None) -> str | None:
        return None if text is None else self._remembered(self._pseudonyms.without_personal, text)

    def _whole(self, kind: Kind, text: str | None) -> str | None:
        return self._pseudonyms.of(kind, text) if text else text

    def _remembered(self, mask: Mask, text: str) -> str:
        masked = mask(text)
        if masked != text:
            self._pseudonyms.remember(masked, text)
        return masked

    def _name(self, name: str | None) -> str | None:
        """A name, or whatever may be one. An e-mail or an IP address has the pseudonym that it has elsewhere."""
        masked = self._text(name)
        is_personal = masked is not None and masked != name and is_pseudonym(masked)
        return masked if is_personal or not self._masking.names else self._whole("name", name)

    def _entity(self, entity: Entity | None) -> Entity | None:
        if entity is None:
            return None
        text = self._text
        return Entity(type=text(entity.type), id=text(entity.id), name=self._name(entity.name))

    def _actor(self, event: Event) -> Actor | None:
        if (actor := event.actor) is None:
            return None
        more = actor.more
        if more is not None:
            everything = ((),) if self._masking.names else ()
            more = self._json_mask(event, everything).masked(more)
        return Actor(
            type=self._text(actor.type),
            id=self._text(actor.id),
            name=self._name(actor.name),
            email=self._whole("email", actor.email),
            ip_address=self._whole("ip", actor.ip_address),
            more=more,
        )

    def _json(self, event: Event, text: str | None, section: str) -> str | None:
        return None if text is None else self._json_mask(event, self._hidden[section]).masked(text)

    def _json_mask(self, event: Event, hidden: tuple[tuple[str, ...], ...]) -> JsonMask:
        names = self._names(event) if self._masking.names else ()
        addresses = self._odd_addresses(event.actor) if event.actor else ()

        def without_names(text: str) -> str:
            for kind, address in addresses:
                text = self._without(kind, _as_word(address, re.IGNORECASE), text)
            masked = self._pseudonyms.without_personal(text)
            for name in names:
                if name in masked:
                    masked = self._without("name", _as_word(name), masked)
            return masked

        hide = partial(self._remembered, partial(self._pseudonyms.of, "value"))
        is_quick = not names and not addresses
        hide_name = self._hidden_name if self._masking.names else None
        return JsonMask(partial(self._remembered, without_names), hide, hidden, hide_name, is_quick=is_quick)

    def _hidden_name(self, text: str) -> str:
        """What stands under a key of a name: with an address alone it has the pseudonym of that."""
        return self._name(text) or text

    def _without(self, kind: Kind, word: re.Pattern[str], text: str) -> str:
        return word.sub(lambda found: self._pseudonyms.of(kind, found[0]), text)

    def _odd_addresses(self, actor: Actor) -> Sequence[tuple[Kind, str]]:
        """The addresses of an actor that are not found in texts by what they look like."""
        parts: tuple[tuple[Kind, str | None], ...] = (("email", actor.email), ("ip", actor.ip_address))
        return [
            (kind, text)
            for kind, text in parts
            if text and len(text) >= LEAST_NAME and not is_pseudonym(self._pseudonyms.without_personal(text))
        ]

    def _names(self, event: Event) -> Sequence[str]:
        """The names that the other texts of an event may repeat, the longest first."""
        parts = (event.entity and event.entity.name, event.actor and event.actor.name)
        names = {found for name in parts if name for found in (name, *beside_addresses(name))}
        return sorted((name for name in names if len(name) >= LEAST_NAME), key=len, reverse=True)


@lru_cache(maxsize=1024)
def _as_word(name: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Finds a name where it is no part of a longer word."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", flags)
