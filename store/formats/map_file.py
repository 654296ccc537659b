"""A map file: in TOML, where the fields of an event stand in any JSON or CSV. The README tells its keys."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from ..errors import FilterMistake, FormatMistake
from ..json_path import parse_path
from .format import Format, table_format
from .mapping import ActorAt, EntityAt, Table
from .moments import UNITS, Unit, moment_reader
from .picking import Pick, constant, first, joined, picked

FIELDS = (
    *("id", "occurred_at", "event_name", "environment", "parent_entity_id", "trace_id"),
    *("entity_type", "entity_id", "entity_name"),
    *("actor_type", "actor_id", "actor_name", "actor_email", "actor_ip_address"),
)
REQUIRED_FIELDS = ("occurred_at", "event_name")
SETTINGS = ("title", "records", "open", "time", "event")
TIME_SETTINGS = ("unit", "zone")


def read_map(text: str) -> Format:
    """The format that a map file describes. Raises FormatMistake."""
    try:
        settings = tomllib.loads(text)
    except ValueError as error:  # a TOMLDecodeError, or a number of thousands of digits
        raise FormatMistake(f"The map file is not valid TOML: {error}.") from None
    except RecursionError:
        raise FormatMistake("The map file is nested too deeply.") from None
    _check_keys(settings, SETTINGS, "the map file")
    fields, time = _section(settings, "event"), _section(settings, "time")
    _check_keys(fields, FIELDS, "[event]")
    _check_keys(time, TIME_SETTINGS, "[time]")
    for name in REQUIRED_FIELDS:
        if name not in fields:
            raise FormatMistake(
                f"The map file does not say where {name} stands.", f"Write it under [event]: {name} = …"
            )
    sources = {name: _source(name, value) for name, value in fields.items()}
    entity = EntityAt(sources.get("entity_type"), sources.get("entity_id"), sources.get("entity_name"))
    zone = _zone(time.get("zone"))
    table = Table(
        id=sources.get("id"),
        occurred_at=sources["occurred_at"],
        other_time=_second(fields["occurred_at"]),
        event_name=sources["event_name"],
        environment=sources.get("environment"),
        entities=(entity, entity._replace(id=None), EntityAt(entity.type)),
        parent_entity_id=sources.get("parent_entity_id"),
        actor=ActorAt(*(sources.get(f"actor_{part}") for part in ActorAt._fields)),
        trace_id=sources.get("trace_id"),
        read_moment=moment_reader(_unit(time.get("unit", "auto")), zone),
        zone=zone or UTC,
        opens=_texts(settings, "open"),
        opened_speak_first=False,
    )
    is_there = sources["occurred_at"].find
    title = settings.get("title", "map file")
    return table_format("map", str(title), table, lambda members: is_there(members) is not None, _records(settings))


def _check_keys(settings: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    unknown = next((key for key in settings if key not in known), None)
    if unknown is not None:
        raise FormatMistake(f"{unknown[:60]!r} is not a key of {where}.", f"The keys are {', '.join(known)}.")


def _section(settings: Mapping[str, object], name: str) -> dict[str, object]:
    section = settings.get(name, {})
    if not isinstance(section, dict):
        raise FormatMistake(f"In the map file, {name} is not a table.", f"Begin it with a line [{name}].")
    return section


def _texts(settings: Mapping[str, object], name: str) -> tuple[str, ...]:
    texts = settings.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise FormatMistake(f"In the map file, {name} is not a list of texts.")
    return tuple(texts)


def _source(name: str, value: object) -> Pick:
    """A path; a list of paths, of which the first counts that a record has; `{constant = …}`; `{join = […]}`."""
    if isinstance(value, str):
        return _path(name, value)
    if isinstance(value, list) and value:
        return first(*(_source(name, each) for each in value))
    if isinstance(value, dict) and len(value) == 1:
        if isinstance(text := value.get("constant"), str):
            return constant(text)
        if isinstance(paths := value.get("join"), list) and paths:
            return joined("/", *(_source(name, each) for each in paths))
    raise FormatMistake(
        f"The map file does not say where {name} stands.",
        'Write a path, a list of paths, { constant = "a text" } or { join = ["a path", "another"] }.',
    )


def _path(name: str, value: str) -> Pick:
    try:
        return picked(value)
    except FilterMistake as mistake:
        raise FormatMistake(f"In the map file, {name} is no path. {mistake}", mistake.advice) from None


def _second(value: object) -> Pick | None:
    """The second of several times: it is compared with the first."""
    return _source("occurred_at", value[1]) if isinstance(value, list) and len(value) > 1 else None


def _records(settings: Mapping[str, object]) -> tuple[str, ...] | None:
    """Within which keys the list of records stands, None where that is to be found out."""
    path = settings.get("records")
    if path is None:
        return None
    try:
        return parse_path(path if isinstance(path, str) else "")
    except FilterMistake as mistake:
        raise FormatMistake(f"In the map file, records is no path. {mistake}", mistake.advice) from None


def _unit(value: object) -> Unit:
    unit = next((unit for unit in UNITS if unit == value), None)
    if unit is None:
        raise FormatMistake("The map file names a unit of time that is none.", f"Choose one of {', '.join(UNITS)}.")
    return unit


def _zone(value: object) -> tzinfo | None:
    if value is None:
        return None
    if value == "UTC":
        return UTC
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (OSError, ValueError, LookupError, RecursionError):
        raise FormatMistake("The map file names a time zone that is none.", 'Write zone = "Europe/Berlin".') from None
