"""Finds what leads to other events than it should: references of ids, words of actors, and parts that contradict."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from .actor_check import ActorCheck
from .check_statements import count_unknown_actors, select_unknown_actors
from .contradictions import (
    select_out_of_order,
    select_types_of_actors,
    select_types_of_nothing,
)
from .damaged_values import is_readable
from .descent import count_divided
from .dialect import Dialect
from .findings import MOST_TOLD, Findings
from .noted_references import NotedReferences
from .reference_check import HeldColumn, ReferenceCheck
from .references import NOTHING, Reference
from .stored_text import ABSENT, from_stored

_ANOTHER: Mapping[HeldColumn, str] = {
    "id_ref": "another id than theirs",
    "entity_ref": "another entity than theirs",
    "trace_ref": "another trace than theirs",
    "home_ref": "something else than what they belong to",
}


class LookupCheck:
    """Looks through a log inside a transaction of somebody else, and adds to the findings."""

    def __init__(
        self,
        connection: AsyncConnection,
        dialect: Dialect,
        findings: Findings,
        make_reference: Reference,
        noted: NotedReferences,
    ) -> None:
        self._connection = connection
        self._findings = findings
        self._references = ReferenceCheck(connection, dialect, make_reference, noted.right)
        self._wrongly_noted = len(noted.wrong)
        self._actors = ActorCheck(connection, dialect, make_reference)
        self._misfits: Counter[HeldColumn] = Counter()
        self._contradicting = 0

    async def check_details(self, low: int, high: int) -> tuple[int, int]:
        """Hold events against their details, for the keys from `low` to just before `high`.

        Returns how many details there are, and how many of them have an event.
        """
        details = events = 0
        while low < high:
            piece = await self._references.piece(low, high)
            details, events = details + piece.details, events + piece.events
            self._misfits.update(misfit.column for misfit in piece.misfits)
            self._contradicting += piece.contradicting
            for key in piece.unreadable:
                self._findings.add("unreadable id", f"The id of the event with the key {key} cannot be read.")
            for key in piece.unreadable_texts:
                sentence = f"The entity, parent or trace of the event with the key {key} cannot be read."
                self._findings.add("unreadable", sentence)
            low = piece.high
        return details, events

    async def check_the_rest(self) -> None:
        """What is left once all details were looked through."""
        await self._check_references()
        await self._check_actors()
        await self._check_contradictions()

    async def _check_references(self) -> None:
        for column, another in _ANOTHER.items():
            if number := self._misfits[column]:
                self._findings.add("reference", f"The indexes have {number:,} events under {another}.")
        if number := await self._number(count_divided()):
            self._findings.add(
                "reference", f"Of {number:,} entities some events belong to something, and others do not."
            )
        if self._wrongly_noted:
            sentence = f"Of what is noted of ids with the same reference, {self._wrongly_noted:,} are wrong."
            self._findings.add("reference", sentence)

    async def _check_actors(self) -> None:
        unknown = (await self._connection.execute(select_unknown_actors(), {"limit": MOST_TOLD})).all()
        for (number,) in unknown:
            if isinstance(number, int):
                self._findings.add("unknown actor", f"Actor {number}, to whom events refer, is not in the log.")
            else:
                self._findings.add("unknown actor", "An actor without number, to whom events refer, is not in the log.")
        if len(unknown) == MOST_TOLD:
            self._findings.add_untold("unknown actor", await self._number(count_unknown_actors()) - len(unknown))
        lacking = 0
        async for piece in self._actors.pieces():
            for number in piece.unreadable:
                self._findings.add("unreadable", f"Actor {number} cannot be read.")
            for number in piece.changed:
                self._findings.add("changed actor", f"Actor {number} is not the one that was noted.")
            lacking += len(piece.lacking)
        if lacking:
            self._findings.add("word", f"The words that mean actors lack {lacking:,} that do.")

    async def _check_contradictions(self) -> None:
        for actor, own, combination, type_of_events in await self._connection.execute(select_types_of_actors()):
            who = "no actor" if actor == NOTHING else f"the actor {actor} of {_type(own)}"
            self._tell(f"Events of the combination {combination} have an actor of {_type(type_of_events)}, and {who}.")
        for combination, number in await self._connection.execute(select_types_of_nothing()):
            self._tell(f"{number:,} events of the combination {combination} have the type of an entity, and no entity.")
        if self._contradicting:
            self._tell(
                f"{self._contradicting:,} events have something of an entity or actor and none, or came in never."
            )
        for key, _ in await self._connection.execute(select_out_of_order()):
            self._tell(f"The time of the event with the key {key} is not that of its place.")

    def _tell(self, sentence: str) -> None:
        self._findings.add("contradiction", sentence)

    async def _number(self, statement: Select[int]) -> int:
        return int((await self._connection.execute(statement)).scalar_one())


def _type(stored: str) -> str:
    if not is_readable(stored):
        return "a type that cannot be read"
    return "no type" if stored == ABSENT else f"the type {from_stored(stored)}"
