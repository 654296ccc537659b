"""Records the events of the story as it is told: one trace after another, each with a clock of its own."""

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from store import EVENT_NAMES, Actor, Entity, Event

from .company import ACCOUNT_ID, ENVIRONMENT_IDS

Choice = TypeVar("Choice")
Json = dict[str, Any]


def iso(moment: datetime) -> str:
    """A moment (UTC) as the source writes it: ISO 8601 with milliseconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def dotted(event_name: str) -> str | None:
    """The dotted spelling of an event name, as webhooks write it; None where there is none."""
    found = [spelling for spelling in EVENT_NAMES.spellings(event_name) if "." in spelling]
    return found[0] if found else None


class Log:
    """The events told so far, and the one source of chance for all of them."""

    def __init__(self, seed: int) -> None:
        self.events: list[Event] = []
        self._random = Random(seed)

    def chance(self) -> float:
        """A number from 0 to below 1. Everything here derives from it, as every Python draws the same sequence."""
        return self._random.random()

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number in a range, both ends included."""
        return lowest + int(self.chance() * (highest - lowest + 1))

    def pick(self, choices: "list[Choice] | tuple[Choice, ...]") -> Choice:
        return choices[int(self.chance() * len(choices))]

    def hexadecimal(self, digits: int) -> str:
        return "".join("0123456789abcdef"[self.whole(0, 15)] for _ in range(digits))

    def uuid(self) -> str:
        digits = self.hexadecimal(30)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:]}"

    def begin(self, at: datetime, actor: Actor | None, environment: str = "production") -> "Trace":
        """A new request at that time (UTC), by that actor."""
        return Trace(self, at, actor, environment)


class Trace:
    """What follows from one request: events that share a trace id, each a little after the one before."""

    def __init__(self, log: Log, at: datetime, actor: Actor | None, environment: str) -> None:
        self.id = log.uuid()
        self.at = at
        self.actor = actor
        self.environment = environment
        self._log = log
        self._request: str | None = None

    def asked(self, operation: str, variables: Json, data: Json) -> None:
        """The API call behind the events that follow, and its answer."""
        self._request = _text({"body": _body(operation, variables), "response": {"data": {operation: data}}})

    def refused(self, operation: str, variables: Json, code: str, message: str) -> None:
        """The API call behind the events that follow, and the error it was answered with."""
        error = {"message": message, "extensions": {"code": code, "traceId": self.id}}
        self._request = _text({"body": _body(operation, variables), "response": {"errors": [error]}})

    def wait(self, milliseconds: int) -> None:
        self.at += timedelta(milliseconds=milliseconds)

    def record(
        self,
        event_name: str,
        entity: Entity | None,
        payload: Json,
        *,
        parent: str | None = None,
        actor: Actor | None = None,
    ) -> None:
        """Write one event. With an `actor` of its own it is a consequence, which no API call asked for."""
        dotted_name = dotted(event_name)
        envelope: Json = {"type": dotted_name} if dotted_name else {}
        envelope |= {
            "traceId": self.id,
            "accountId": ACCOUNT_ID,
            "environmentId": ENVIRONMENT_IDS[self.environment],
            "timestamp": iso(self.at),
        }
        self._log.events.append(
            Event(
                id=self._log.uuid(),
                occurred_at=self.at,
                event_name=event_name,
                environment=self.environment,
                entity=entity,
                parent_entity_id=parent,
                actor=actor or self.actor,
                trace_id=self.id,
                payload=_text(envelope | payload),
                request=None if actor else self._request,
            )
        )
        self.wait(self._log.whole(3, 40))


def _body(operation: str, variables: Json) -> Json:
    kind = operation[0].upper() + operation[1:]
    query = f"mutation {kind}($input: {kind}Input!) {{ {operation}(input: $input) {{ __typename }} }}"
    return {"operationName": kind, "query": query, "variables": {"input": variables}}


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
