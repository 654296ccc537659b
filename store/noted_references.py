"""The references that ids got because their own belonged to another id: the rows of `rehashed`, and which are wrong."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Delete, Select, bindparam, delete, exists, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from .damaged_values import is_readable
from .dictionaries import COLUMNS
from .expressions import constant
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
        if not is_readable(stored) or kind not in right or (kind, ref) in unused or stored in right[kind]:
            wrong.append((kind, ref))
            continue
        text = from_stored(stored)
        if common_ref != make_reference(text, 0) or not is_salted(text, ref, make_reference):
            wrong.append((kind, ref))
        else:
            right[kind][stored] = ref
    return NotedReferences(right, wrong)


def is_salted(text: str, ref: int, make_reference: Reference) -> bool:
    """Whether an id can have got that reference in the place of its own."""
    return ref not in RESERVED and any(make_reference(text, salt) == ref for salt in range(1, MOST_SALTS + 1))


async def forget_wrong(connection: AsyncConnection, noted: NotedReferences) -> None:
    """Delete the rows that are wrong."""
    await connection.execute(_DELETE_NO_REFERENCES)
    wrong = [(kind, ref) for kind, ref in noted.wrong if kind in ID_KINDS and isinstance(ref, int)]
    if wrong:
        await connection.execute(_DELETE, [{"of_kind": kind, "number": ref} for kind, ref in wrong])


def _select_unused(kind: IdKind) -> Select[int]:
    """The references of which no event has any."""
    columns = [event.c[column] for column in COLUMNS[kind]]
    unused = [not_(exists(select(event.c.time_key).where(column == rehashed.c.ref))) for column in columns]
    return select(rehashed.c.ref).where(rehashed.c.kind == kind, *unused)


# In SQLite a text and bytes are more than every number.
_DELETE_NO_REFERENCES = delete(rehashed).where(
    or_(rehashed.c.kind.not_in(ID_KINDS), not_(rehashed.c.ref.between(constant(-(2**31)), constant(2**31 - 1))))
)
_DELETE: Delete = delete(rehashed).where(
    rehashed.c.kind == bindparam("of_kind"), rehashed.c.ref == bindparam("number", type_=rehashed.c.ref.type)
)
