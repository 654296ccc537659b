"""What happened: events in SQLite or Postgres, asked asynchronously. Knows no screen.

A name is loaded when it is first used: the database layer costs as much time as Textual itself, and neither
the first frame nor `activity --help` should wait for what they do not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .address import DatabaseAddress
    from .check import check_log
    from .choice import Choice, PayloadChoice
    from .columns import EventColumns, columns_of
    from .early_repository import open_repository
    from .errors import (
        AccessDenied,
        DatabaseDamaged,
        DatabaseNotFound,
        DatabaseProblem,
        DatabaseReplaced,
        DatabaseUnavailable,
        EventMistake,
        ExportMistake,
        FilterMistake,
        FormatMistake,
        LinkMistake,
        MappingProblem,
        MaskingMistake,
        QuestionTooLong,
        SchemaForeign,
        SchemaMissing,
        SchemaNewer,
        SchemaOlder,
        SchemaProblem,
        SettingsMistake,
        SourceProblem,
        StoreError,
        TargetProblem,
        TimeMistake,
    )
    from .event import Actor, Entity, Event, JsonText, Text
    from .event_filter import CHOICE_FIELDS, DEFAULT_SPAN, VOCABULARIES, EventFilter, Moment, TimeRange
    from .filter_sentence import sentence
    from .filter_terms import FILTER_WORDS
    from .filter_text import parse_filter, write_filter
    from .findings import CheckReport, Finding
    from .foreign.mapping import TIME_UNITS, Constant, MappedColumns, TableMapping
    from .foreign.opening import open_foreign_repository
    from .foreign.proposal import Proposal, propose_mapping
    from .json_path import parse_path, texts_at, values_within, write_path
    from .masking.masked_event import event_mask
    from .masking.masked_repository import MaskedRepository
    from .masking.masking import Masking
    from .page import (
        NEWEST,
        OLDEST,
        Arrivals,
        Count,
        Direction,
        EventPage,
        Facet,
        Facets,
        Histogram,
        HistogramBar,
        Position,
        TraceExtent,
        WriteReport,
    )
    from .pattern import pattern_beginning, pattern_holding
    from .plain_event import PlainEvent
    from .prune import prune_log
    from .repository import EventRepository
    from .term_at_cursor import UnfinishedTerm, unfinished_term
    from .time_text import parse_moment, write_moment
    from .time_words import parse_bound, parse_when
    from .value import Value
    from .vocabulary import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Kind, Term, Vocabulary
    from .writer import EventWriter, open_writer

__all__ = [
    "ACTOR_TYPES",
    "CHOICE_FIELDS",
    "DEFAULT_SPAN",
    "ENTITY_TYPES",
    "EVENT_NAMES",
    "FILTER_WORDS",
    "NEWEST",
    "OLDEST",
    "TIME_UNITS",
    "VOCABULARIES",
    "AccessDenied",
    "Actor",
    "Arrivals",
    "CheckReport",
    "Choice",
    "Constant",
    "Count",
    "DatabaseAddress",
    "DatabaseDamaged",
    "DatabaseNotFound",
    "DatabaseProblem",
    "DatabaseReplaced",
    "DatabaseUnavailable",
    "Direction",
    "Entity",
    "Event",
    "EventColumns",
    "EventFilter",
    "EventMistake",
    "EventPage",
    "EventRepository",
    "EventWriter",
    "ExportMistake",
    "Facet",
    "Facets",
    "FilterMistake",
    "Finding",
    "FormatMistake",
    "Histogram",
    "HistogramBar",
    "JsonText",
    "Kind",
    "LinkMistake",
    "MappedColumns",
    "MappingProblem",
    "MaskedRepository",
    "Masking",
    "MaskingMistake",
    "Moment",
    "PayloadChoice",
    "PlainEvent",
    "Position",
    "Proposal",
    "QuestionTooLong",
    "SchemaForeign",
    "SchemaMissing",
    "SchemaNewer",
    "SchemaOlder",
    "SchemaProblem",
    "SettingsMistake",
    "SourceProblem",
    "StoreError",
    "TableMapping",
    "TargetProblem",
    "Term",
    "Text",
    "TimeMistake",
    "TimeRange",
    "TraceExtent",
    "UnfinishedTerm",
    "Value",
    "Vocabulary",
    "WriteReport",
    "check_log",
    "columns_of",
    "event_mask",
    "open_foreign_repository",
    "open_repository",
    "open_writer",
    "parse_bound",
    "parse_filter",
    "parse_moment",
    "parse_path",
    "parse_when",
    "pattern_beginning",
    "pattern_holding",
    "propose_mapping",
    "prune_log",
    "sentence",
    "texts_at",
    "unfinished_term",
    "values_within",
    "write_filter",
    "write_moment",
    "write_path",
]

_HOMES = {
    "address": "DatabaseAddress",
    "check": "check_log",
    "choice": "Choice PayloadChoice",
    "columns": "EventColumns columns_of",
    "early_repository": "open_repository",
    "errors": (
        "AccessDenied DatabaseDamaged DatabaseNotFound DatabaseProblem DatabaseReplaced DatabaseUnavailable "
        "EventMistake ExportMistake FilterMistake FormatMistake LinkMistake MappingProblem MaskingMistake "
        "QuestionTooLong SchemaForeign SchemaMissing SchemaNewer SchemaOlder SchemaProblem SettingsMistake "
        "SourceProblem StoreError TargetProblem TimeMistake"
    ),
    "event": "Actor Entity Event JsonText Text",
    "event_filter": "CHOICE_FIELDS DEFAULT_SPAN VOCABULARIES EventFilter Moment TimeRange",
    "filter_sentence": "sentence",
    "filter_terms": "FILTER_WORDS",
    "filter_text": "parse_filter write_filter",
    "findings": "CheckReport Finding",
    "foreign.mapping": "Constant MappedColumns TIME_UNITS TableMapping",
    "foreign.opening": "open_foreign_repository",
    "foreign.proposal": "Proposal propose_mapping",
    "json_path": "parse_path texts_at values_within write_path",
    "masking.masked_event": "event_mask",
    "masking.masked_repository": "MaskedRepository",
    "masking.masking": "Masking",
    "page": (
        "NEWEST OLDEST Arrivals Count Direction EventPage Facet Facets Histogram HistogramBar Position TraceExtent "
        "WriteReport"
    ),
    "pattern": "pattern_beginning pattern_holding",
    "plain_event": "PlainEvent",
    "prune": "prune_log",
    "repository": "EventRepository",
    "time_text": "parse_moment write_moment",
    "time_words": "parse_bound parse_when",
    "term_at_cursor": "UnfinishedTerm unfinished_term",
    "value": "Value",
    "vocabulary": "ACTOR_TYPES ENTITY_TYPES EVENT_NAMES Kind Term Vocabulary",
    "writer": "EventWriter open_writer",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value
