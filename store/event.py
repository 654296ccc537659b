"""One thing that happened, with who did it and to what: the values every other part of the project passes around."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, SkipValidation

FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)
"""Of our values. How each is checked is made ready when the first one is made: of many none is at a start."""

Text = SkipValidation[str]
"""Text as its source wrote it. It may hold anything, lone surrogates too, which pydantic's own `str` refuses."""

JsonText = SkipValidation[str]
"""A JSON document letter for letter as its source wrote it, so that numbers, key order and repeated keys survive."""


Model = TypeVar("Model", bound=BaseModel)


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises OverflowError when that falls outside the years 1 to 9999."""
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Entity(BaseModel):
    """What an event happened to. Each part may be absent: sources record types without ids and ids without types."""

    model_config = FROZEN

    type: Text | None = None
    id: Text | None = None
    name: Text | None = None


class Actor(BaseModel):
    """Who or what triggered an event. `more` is a JSON object with what else the source says of the actor."""

    model_config = FROZEN

    type: Text | None = None
    id: Text | None = None
    name: Text | None = None
    email: Text | None = None
    ip_address: Text | None = None
    more: JsonText | None = None


class Event(BaseModel):
    """One entry of the log. `id` is unique in a database; `trace_id` is shared by all events of one request."""

    model_config = FROZEN

    id: Text
    occurred_at: Annotated[AwareDatetime, AfterValidator(to_utc)]
    event_name: Text
    environment: Text | None = None
    entity: Entity | None = None
    parent_entity_id: Text | None = None
    actor: Actor | None = None
    trace_id: Text | None = None
    payload: JsonText | None = None
    request: JsonText | None = None


_FIELDS: Mapping[type[BaseModel], set[str]] = {model: set(model.model_fields) for model in (Entity, Actor, Event)}

# The models are frozen: their parts are set by what holds them, which is quicker than by name, too.
_set_values, _set_fields, _set_extra, _set_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def trusted(model: type[Model], values: dict[str, Any]) -> Model:
    """What `model_construct` makes of values for every field, in less time: events are read by the million."""
    made = model.__new__(model)
    _set_values(made, values)
    _set_fields(made, _FIELDS[model])
    _set_extra(made, None)
    _set_private(made, None)
    return made
