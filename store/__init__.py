"""What happened: events in SQLite or Postgres, asked asynchronously. Knows no screen.

`open_repository` and `open_writer` load the database layer when they are first called: it costs as much time as Textual
itself, and the first frame must not wait for it.
"""

from .address import DatabaseAddress
from .errors import (
    AccessDenied,
    DatabaseDamaged,
    DatabaseNotFound,
    DatabaseProblem,
    DatabaseUnavailable,
    EventMistake,
    FilterMistake,
    LinkMistake,
    SchemaForeign,
    SchemaMissing,
    SchemaNewer,
    SchemaOlder,
    SchemaProblem,
    SettingsMistake,
    StoreError,
    TimeMistake,
)
from .event import Actor, Entity, Event, JsonText, Text
from .event_filter import CHOICE_FIELDS, DEFAULT_SPAN, Choice, EventFilter, Moment, TimeRange
from .page import NEWEST, OLDEST, Count, Direction, EventPage, Facet, Facets, Position, WriteReport
from .repository import EventRepository
from .vocabulary import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Kind, Vocabulary
