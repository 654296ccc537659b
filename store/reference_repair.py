"""Gives events the references of what they say, where they have others: after that they are found by it again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Update, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .damaged_values import as_text
from .descent import let_all_be_at_home
from .dialect import Dialect
from .dictionaries import References
from .noted_references import ID_KINDS, IdKind, forget_wrong, is_salted, noted_references
from .reference_check import KINDS, HeldColumn, Misfit, ReferenceCheck
from .references import NOTHING, WITHOUT_ID, Reference
from .schema import Key, event, rehashed
from .slices import FIRST_KEY
from .stored_text import from_stored
from .time_keys import LAST_KEY


async def mend_references(connection: AsyncConnection, dialect: Dialect, make_reference: Reference) -> None:
    """Mend the references of all events, and what is noted of ids that share one, inside a writer's transaction.

    An event is believed if its id can have got the reference that it has: then what was noted of it is lost. From all
    others theirs is taken first, so that they tell nothing of ids, and then they get one as from a writer.
    """
    noted = await noted_references(connection, make_reference)
    await forget_wrong(connection, noted)
    check = ReferenceCheck(connection, dialect, make_reference, noted.right)
    async for misfits in _all_misfits(check):
        await _note_lost(connection, misfits, noted.right, make_reference)
    async for misfits in _all_misfits(check):
        for column in KINDS:
            await _set(connection, column, {one.key: _nothing(one) for one in misfits if one.column == column})
    new = _NewReferences(connection, dialect, make_reference)
    await new.load()
    async for misfits in _all_misfits(check):
        await new.give(misfits)
    await connection.execute(let_all_be_at_home())
    # What was noted for those who have other references by now.
    await forget_wrong(connection, await noted_references(connection, make_reference))


async def _all_misfits(check: ReferenceCheck) -> AsyncIterator[Sequence[Misfit]]:
    low = FIRST_KEY
    while low < LAST_KEY:
        piece = await check.piece(low, LAST_KEY)
        if piece.misfits:
            yield piece.misfits
        low = piece.high


def _nothing(misfit: Misfit) -> int | None:
    if misfit.column == "home_ref":
        return None
    # There was one, which says nothing of its id any more.
    return WITHOUT_ID if misfit.column == "entity_ref" and misfit.text is None else NOTHING


async def _note_lost(
    connection: AsyncConnection,
    misfits: Sequence[Misfit],
    noted: Mapping[IdKind, dict[str, int]],
    make_reference: Reference,
) -> None:
    rows: list[tuple[object, ...]] = []
    for one in misfits:
        if one.column == "id_ref" or one.text is None or one.ref is None:
            continue
        kind, text = KINDS[one.column], from_stored(one.text)
        known = noted[kind]
        if one.text not in known and is_salted(text, one.ref, make_reference) and one.ref not in known.values():
            known[one.text] = one.ref
            rows.append((kind, one.ref, make_reference(text, 0), one.text))
    await insert_rows(connection, rehashed, rows)


class _NewReferences:
    """Gives references to events that have none, as a writer does to new ones."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect, make_reference: Reference) -> None:
        self._connection = connection
        self._make_reference = make_reference
        self._known = {kind: References(kind, dialect, make_reference) for kind in ID_KINDS}

    async def load(self) -> None:
        for references in self._known.values():
            await references.load(self._read)

    async def give(self, misfits: Sequence[Misfit]) -> None:
        own = [(one.key, one.text) for one in misfits if one.column == "id_ref" and one.text is not None]
        ids = {key: self._make_reference(text, 0) for key, text in own}
        await _set(self._connection, "id_ref", ids)
        for column, kind in KINDS.items():
            texts = {one.key: from_stored(one.text) for one in misfits if one.column == column and one.text is not None}
            references = self._known[kind]
            numbers = await references.learn(texts.values(), self._read, {})
            await insert_rows(self._connection, rehashed, references.new_rehashed)
            await _set(self._connection, column, {key: numbers[text] for key, text in texts.items()})

    async def _read(self, statement: Executable, parameters: dict[str, object]) -> Sequence[Any]:
        rows = await self._connection.execute(statement, parameters)
        return [[as_text(value) for value in row] for row in rows]


async def _set(connection: AsyncConnection, column: HeldColumn, refs: Mapping[int, int | None]) -> None:
    if refs:
        await connection.execute(_set_reference(column), [{"key": key, "ref": ref} for key, ref in refs.items()])


@lru_cache(maxsize=4)
def _set_reference(column: HeldColumn) -> Update:
    return update(event).where(event.c.time_key == bindparam("key", type_=Key)).values({column: bindparam("ref")})
