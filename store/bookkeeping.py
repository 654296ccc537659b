"""What a log notes of itself, whose numbers others count on: the rows of `meta`, and who the owners of cells are."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Update, bindparam, delete, func, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .damaged_values import is_readable
from .expressions import constant
from .meta_numbers import LAST_BATCH, WRITTEN, number_or_none
from .owners import COLUMNS
from .recent_arrivals import FORGOTTEN, NOTED
from .schema import arrival, event, meta, owner

_IS_ONE = owner.c.owner_ref == bindparam("number", type_=owner.c.owner_ref.type)
_BLANK: Update = update(owner).where(_IS_ONE).values(kind="entity", ref=null())


async def wrong_notes(connection: AsyncConnection) -> Sequence[str]:
    """What cannot be as it is noted, in sentences."""
    sentences = []
    notes, newest = await _notes(connection), await _newest_batch(connection)
    written = number_or_none(notes.get(WRITTEN))
    forgotten = number_or_none(notes.get(FORGOTTEN))
    if written is None:
        sentences.append("The log does not say how many batches it has.")
    elif written < newest:
        sentences.append(f"The log says that it has {written:,} batches: its events are of {newest:,}.")
    is_beyond = written is not None and forgotten is not None and forgotten > written
    if is_beyond or any(_is_no_number(notes, name) for name in (FORGOTTEN, NOTED)):
        sentences.append("The log does not say of which batches it lists what came in.")
    if len(_readable(notes)) < len(notes):
        sentences.append("The log notes something of itself that cannot be read.")
    sentences += [f"The owner {number} of cells is none." for number in await _wrong_owners(connection)]
    return sentences


async def mend_notes(connection: AsyncConnection) -> None:
    """Let each be as it can be: no batch is newer than `written`, and of those behind `forgotten` all are listed."""
    notes, newest = await _notes(connection), await _newest_batch(connection)
    written = max(number_or_none(notes.get(WRITTEN)) or 0, newest)
    oldest_listed = select(func.min(arrival.c.batch)).where(_is_number(arrival.c.batch))
    listed = (await connection.execute(oldest_listed)).scalar_one()
    mended = {
        WRITTEN: written,
        FORGOTTEN: newest if listed is None else max(0, int(listed) - 1),
        NOTED: 0,
    }
    if len(readable := _readable(notes)) < len(notes):
        await connection.execute(delete(meta).where(meta.c.name.not_in(readable)))
    for name, value in mended.items():
        is_other = name == WRITTEN and str(written) != notes.get(name)
        is_beyond = name == FORGOTTEN and (number_or_none(notes.get(name)) or 0) > written
        if is_other or is_beyond or _is_no_number(notes, name):
            await connection.execute(delete(meta).where(meta.c.name == name))
            await connection.execute(insert(meta), {"name": name, "value": str(value)})
    if wrong := await _wrong_owners(connection):
        await connection.execute(_BLANK, [{"number": number} for number in wrong])


async def _notes(connection: AsyncConnection) -> Mapping[str, object]:
    return {name: value for name, value in await connection.execute(select(meta.c.name, meta.c.value))}


async def _newest_batch(connection: AsyncConnection) -> int:
    newest = select(func.max(event.c.batch)).where(_is_number(event.c.batch))
    return int((await connection.execute(newest)).scalar_one() or 0)


async def _wrong_owners(connection: AsyncConnection) -> Sequence[int]:
    """Owners who are nothing that can own cells, who have the number of all events, or who are there twice."""
    is_held = or_(owner.c.ref.is_not(None), owner.c.kind.not_in(COLUMNS))
    rows = await connection.execute(select(owner).where(is_held).order_by(owner.c.owner_ref))
    known: set[tuple[str, int]] = set()
    wrong = []
    for number, kind, ref in rows:
        if number < 1 or kind not in COLUMNS or not isinstance(ref, int) or (kind, ref) in known:
            wrong.append(number)
        known.add((kind, ref))
    return wrong


def _is_number(batch: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether it can be the number of a batch. In SQLite a text and bytes are more than every number."""
    return batch <= constant(LAST_BATCH)


def _readable(notes: Mapping[str, object]) -> Sequence[str]:
    """The names of the notes that can be read."""
    return [name for name, value in notes.items() if is_readable(name) and is_readable(value)]


def _is_no_number(notes: Mapping[str, object], name: str) -> bool:
    return name in notes and number_or_none(notes[name]) is None
