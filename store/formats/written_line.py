"""One event -> its JSON line: the documented keys in their order, quick enough for logs of any size."""

import re
from collections.abc import Iterator
from functools import lru_cache
from json.encoder import encode_basestring as quoted

from ..event import Actor, Entity, Event

MOST_ACTORS = 4096
"""How many different actors are kept as they are written: few do nearly everything."""

PIECE = 1_000_000
"""Characters that are looked through at once: other threads of this program wait for that."""

_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


def write_line(event: Event) -> str:
    """The line of an event, without a line break, its keys in the documented order and absent ones left out.

    What `parse_line` made of a line is written so that it reads back equal. The one text JSON cannot hold is a high
    surrogate followed by a low one as two characters: it is written as the one character they stand for.
    """
    # A moment of an event is in UTC: its last six letters are +00:00.
    parts = [f'{{"id":{quoted(event.id)},"occurred_at":"{event.occurred_at.isoformat()[:-6]}Z"']
    add = parts.append
    if event.environment is not None:
        add(f',"environment":{quoted(event.environment)}')
    add(f',"event_name":{quoted(event.event_name)}')
    if event.entity is not None:
        add(f',"entity":{_entity(event.entity)}')
    if event.parent_entity_id is not None:
        add(f',"parent_entity_id":{quoted(event.parent_entity_id)}')
    if event.actor is not None:
        add(f',"actor":{_actor(event.actor)}')
    if event.trace_id is not None:
        add(f',"trace_id":{quoted(event.trace_id)}')
    if event.payload is not None:
        parts += ',"payload":', event.payload
    if event.request is not None:
        parts += ',"request":', event.request
    add("}")
    line = "".join(parts)  # once: of what is long each copy takes a while, in which nothing else of this program runs
    if "\n" in line or "\r" in line:  # between the parts of a JSON document, where a blank means the same
        line = line.replace("\r", " ").replace("\n", " ")
    if line.isascii():
        return line
    pieces = [line] if len(line) <= PIECE else list(_pieces(line))
    try:
        for piece in pieces:
            piece.encode()  # which finds a lone surrogate sooner than a pattern
    except UnicodeEncodeError:
        return "".join(_SURROGATES.sub(_as_json_holds_it, piece) for piece in pieces)
    return line


def _pieces(line: str) -> Iterator[str]:
    """Pieces of PIECE characters at the most, none of which ends between the two surrogates of one character."""
    start = 0
    while start < len(line):
        end = start + PIECE
        if end < len(line) and "\ud800" <= line[end - 1] <= "\udbff":
            end -= 1
        yield line[start:end]
        start = end


def _as_json_holds_it(found: re.Match[str]) -> str:
    surrogates = found[0]
    if len(surrogates) == 2:
        return surrogates.encode("utf-16", "surrogatepass").decode("utf-16")
    return f"\\u{ord(surrogates):04x}"


def _entity(entity: Entity) -> str:
    return _object((("type", entity.type), ("id", entity.id), ("name", entity.name)), "")


def _actor(actor: Actor) -> str:
    return _actor_of(actor.type, actor.id, actor.name, actor.email, actor.ip_address, actor.more)


@lru_cache(MOST_ACTORS)
def _actor_of(
    kind: str | None, actor_id: str | None, name: str | None, email: str | None, address: str | None, more: str | None
) -> str:
    texts = (("type", kind), ("id", actor_id), ("name", name), ("email", email), ("ip_address", address))
    return _object(texts, more.strip()[1:-1].strip() if more else "")


def _object(texts: tuple[tuple[str, str | None], ...], more: str) -> str:
    members = [f'"{key}":{quoted(text)}' for key, text in texts if text is not None]
    return f"{{{','.join([*members, more] if more else members)}}}"
