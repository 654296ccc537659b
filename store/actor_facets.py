"""Actors as values to filter by: what each is called, and how many of the newest events it triggered."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from .choice import Choice
from .dictionaries import actor_of, actor_value
from .event import Actor
from .event_filter import EventFilter, actor_answers_to
from .page import ActorPart, Facet, Facets

MOST_COUNTED = 4_000
"""So many newest events are counted: no rollup tells actors apart, and one by one more would take too long."""

MOST_LISTED = 200


def actor_facets(rows: Sequence[Sequence[Any]]) -> Facets:
    """Facets from rows of a count and the parts of an actor, for up to MOST_COUNTED events and one more.

    An actor is called by the first it has of name, email, id and IP address. A call counts the events of every actor
    that answers to it, as the condition `actor:` does.
    """
    counts: Counter[Actor] = Counter()
    for count, number, *stored in rows:
        counts[actor_value(actor_of(stored)) if number is not None else Actor()] += count
    return facets_of_actors(counts)


def facets_of_actors(counts: Counter[Actor]) -> Facets:
    """The same from how many events each actor triggered; those without one count for an empty actor."""
    answering: dict[str, set[Actor]] = {}
    for actor in counts:
        for part in (actor.id, actor.name, actor.email, actor.ip_address):
            if part is not None:
                answering.setdefault(part.casefold(), set()).add(actor)
    facets = []
    for call in dict.fromkeys(filter(None, map(_call, counts))):
        who = {actor for actor in answering[call.casefold()] if actor_answers_to(call, actor)}
        facets.append(Facet(value=call, count=sum(counts[actor] for actor in who), address=_address(call, who)))
    is_all = counts.total() <= MOST_COUNTED and len(facets) <= MOST_LISTED
    return Facets(fields={"actors": _most_frequent(facets)}, at_least=frozenset(() if is_all else {"actors"}))


async def all_actors(event_filter: EventFilter, count: Callable[[EventFilter], Awaitable[Facets]]) -> Facets:
    """The facets that `count` finds for a filter without its condition on actors.

    If there are more events than it counts, those who are excluded may have had all of them: then the others are
    counted by themselves, too.
    """
    found, choice = await count(event_filter.with_choice("actors", Choice())), event_filter.actors
    if not choice.refuses_some or not found.at_least or found.left_out:
        return found
    beside = Choice(excluded=choice.excluded, excluded_patterns=choice.excluded_patterns)
    others = await count(event_filter.with_choice("actors", beside))
    counted = sorted((*others.fields["actors"], *found.fields["actors"]), key=attrgetter("count"))
    most = {facet.value: facet for facet in counted}  # of two the one with more, which comes last
    return found.replaced(fields={"actors": _most_frequent(most.values())})


def actors_left_out() -> Facets:
    """What is said of the actors where the events that match are searched for one by one."""
    return Facets(fields={"actors": ()}, at_least=frozenset({"actors"}), left_out=frozenset({"actors"}))


def _most_frequent(facets: Iterable[Facet]) -> tuple[Facet, ...]:
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value or ""))[:MOST_LISTED])


def _call(actor: Actor) -> str | None:
    return next((part for part in (actor.name, actor.email, actor.id, actor.ip_address) if part is not None), None)


def _address(call: str, who: Iterable[Actor]) -> ActorPart | None:
    parts: set[ActorPart] = set()
    for actor in who:
        if actor.email is not None and actor.email.casefold() == call.casefold():
            parts.add("email")
        if actor.ip_address == call:
            parts.add("ip_address")
    return min(parts, default=None)
