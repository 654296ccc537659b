"""What a log notes of itself, whose numbers others count on: the rows of `meta`, and who the owners of cells are."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Update, bindparam, delete, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .owners import COLUMNS
from .recent_arrivals import FORGOTTEN, NOTED
from .schema import arrival, event, meta, owner

WRITTEN = "written"

_BLANK: Update = (
    update(owner).where(owner.c.owner_ref == bindparam("number", type_=owner.c.owner_ref.type)).values(ref=null())
)


async def wrong_notes(connection: AsyncConnection) -> Sequence[str]:
    """What cannot be as it is noted, in sentences."""
    sentences = []
    notes, newest = await _notes(connection), await _newest_batch(connection)
    written = _number(notes.get(WRITTEN))
    if written is None:
        sentences.append("The log does not say how many batches it has.")
    elif written < newest:
        sentences.append(f"The log says that it has {written:,} batches: its events are of {newest:,}.")
    if any(name in notes and _number(notes[name]) is None for name in (FORGOTTEN, NOTED)):
        sentences.append("The log does not say of which batches it lists what came in.")
    sentences += [f"The owner {number} of cells is none." for number in await _wrong_owners(connection)]
    return sentences


async def mend_notes(connection: AsyncConnection) -> None:
    """Let each be as it can be: no batch is newer than `written`, and of those behind `forgotten` all are listed."""
    notes, newest = await _notes(connection), await _newest_batch(connection)
    written = max(_number(notes.get(WRITTEN)) or 0, newest)
    listed = (await connection.execute(select(func.min(arrival.c.batch)))).scalar_one()
    mended = {
        WRITTEN: written,
        FORGOTTEN: newest if listed is None else max(0, listed - 1),
        NOTED: 0,
    }
    for name, value in mended.items():
        if (name == WRITTEN and str(written) != notes.get(name)) or (name in notes and _number(notes[name]) is None):
            await connection.execute(delete(meta).where(meta.c.name == name))
            await connection.execute(insert(meta), {"name": name, "value": str(value)})
    if wrong := await _wrong_owners(connection):
        await connection.execute(_BLANK, [{"number": number} for number in wrong])


async def _notes(connection: AsyncConnection) -> Mapping[str, str]:
    return {name: value for name, value in await connection.execute(select(meta.c.name, meta.c.value))}


async def _newest_batch(connection: AsyncConnection) -> int:
    return (await connection.execute(select(func.max(event.c.batch)))).scalar_one() or 0


async def _wrong_owners(connection: AsyncConnection) -> Sequence[int]:
    """Owners who are nothing that can own cells, who have the number of all events, or who are there twice."""
    rows = await connection.execute(select(owner).where(owner.c.ref.is_not(None)).order_by(owner.c.owner_ref))
    known: set[tuple[str, int]] = set()
    wrong = []
    for number, kind, ref in rows:
        if number < 1 or kind not in COLUMNS or (kind, ref) in known:
            wrong.append(number)
        known.add((kind, ref))
    return wrong


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdecimal() else None
