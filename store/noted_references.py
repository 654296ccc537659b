"""The references that ids got because their own belonged to another id: the rows of `rehashed`, and which are wrong."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Delete, Select, bindparam, delete, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from .dictionaries import COLUMNS
from .references import RESERVED, Reference
from .schema import event, rehashed
from .stored_text import from_stored

MOST_SALTS = 64
"""So many salts are tried to see whether a number is a reference of an id: nearly always the first one is it."""

IdKind = Literal["entity", "trace"]
ID_KINDS: tuple[IdKind, ...] = ("entity", "trace")

Noted = Mapping[IdKind, Mapping[str, int]]
"""For each kind of ids, the references that some of them got, by their stored form."""


class NotedReferences(NamedTuple):
    """What the log notes: the references that can be right, and kind and reference of the rows that cannot."""

    right: dict[IdKind, dict[str, int]]
    wrong: Sequence[tuple[str, int]]


async def noted_references(connection: AsyncConnection, make_reference: Reference) -> NotedReferences:
    """Read them all, as every writer does. A row is right if its numbers are those of its id, and an event has it."""
    right: dict[IdKind, dict[str, int]] = {"entity": {}, "trace": {}}
    unused = {(kind, ref) for kind in ID_KINDS for (ref,) in await connection.execute(_select_unused(kind))}
    wrong: list[tuple[str, int]] = []
    for kind, ref, common_ref, stored in (await connection.execute(select(rehashed))).all():
        text = from_stored(stored)
        is_own = common_ref == make_reference(text, 0) and is_salted(text, ref, make_reference)
        if kind not in right or (kind, ref) in unused or not is_own or stored in right[kind]:
            wrong.append((kind, ref))
        else:
            right[kind][stored] = ref
    return NotedReferences(right, wrong)


def is_salted(text: str, ref: int, make_reference: Reference) -> bool:
    """Whether an id can have got that reference in the place of its own."""
    return ref not in RESERVED and any(make_reference(text, salt) == ref for salt in range(1, MOST_SALTS + 1))


async def forget_wrong(connection: AsyncConnection, noted: NotedReferences) -> None:
    """Delete the rows that are wrong."""
    if noted.wrong:
        await connection.execute(_DELETE, [{"of_kind": kind, "number": ref} for kind, ref in noted.wrong])


def _select_unused(kind: IdKind) -> Select[int]:
    """The references of which no event has any."""
    columns = [event.c[column] for column in COLUMNS[kind]]
    unused = [not_(exists(select(event.c.time_key).where(column == rehashed.c.ref))) for column in columns]
    return select(rehashed.c.ref).where(rehashed.c.kind == kind, *unused)


_DELETE: Delete = delete(rehashed).where(
    rehashed.c.kind == bindparam("of_kind"), rehashed.c.ref == bindparam("number", type_=rehashed.c.ref.type)
)
