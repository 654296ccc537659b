"""What must be said beside the answers of a foreign table: rows that cannot be read, and what no index helps."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, MetaData, Table
from sqlalchemy.schema import CreateIndex

from ..errors import QuestionTooLong
from ..event_filter import EventFilter
from ..filter_terms import FILTER_WORDS
from .asking import ADVICE, Asking
from .catalogue import MANY_ROWS
from .mapped import ID, TIME, MappedTable, id_text
from .search import COLUMNS, is_mapped, unhelped
from .statements import select_doubtful, select_number_beyond

UNREADABLE_SECONDS = 3.0
"""How long rows without a readable time are looked for, once for a log, where the screen is still being put up."""

ONE_LEVEL = "Of what belongs to something, this table tells one level: the rows that name it as their parent."

MOST_LOOKED_AT = 5_000
MOST_INDEXES = 3

_WORDS = {field: word for word, field in FILTER_WORDS.items()}


def index_advice(mapped: MappedTable, event_filter: EventFilter) -> str:
    """What would make the rows of a filter quicker to find."""
    missing = missing_indexes(mapped, event_filter)
    return missing[0] if missing else ADVICE


async def unreadable(mapped: MappedTable, asking: Asking) -> Sequence[str]:
    """How many rows are no events, because they have no time that can be read, or no id: a sentence, or none."""
    number, is_all = 0, True
    try:
        ((number,),) = await asking.rows(select_number_beyond(mapped), UNREADABLE_SECONDS)
        rows = await asking.rows(select_doubtful(mapped, MOST_LOOKED_AT), UNREADABLE_SECONDS)
        number += sum(id_text(row[ID]) is None or mapped.times.read(row[TIME]) is None for row in rows)
        is_all = len(rows) < MOST_LOOKED_AT
    except QuestionTooLong:
        is_all = False
    if not number:
        return []
    rows_text = f"{'' if is_all else 'At least '}{number:,} row{'' if number == 1 else 's'}"
    verb = "has" if number == 1 else "have"
    return [f"{rows_text} of {mapped.mapping.table} {verb} no readable time or no id: neither shown nor counted."]


def missing_indexes(mapped: MappedTable, event_filter: EventFilter) -> Sequence[str]:
    """What no index helps to find, with the statements that would make one: a sentence, or none."""
    if mapped.table.rows is not None and mapped.table.rows < MANY_ROWS:
        return []
    if not mapped.has_order:
        return [f"No index has the rows in the order of time. For their owner: {_create_index(mapped, ())}"]
    fields = unhelped(mapped, event_filter)
    if not fields:
        return []
    names = [name for name in COLUMNS[fields[0]] if is_mapped(mapped, name)]
    columns = [column for name in names if (column := mapped.fields[name].name) is not None]
    words = ", ".join(_WORDS[field] for field in fields)
    if not columns:
        return [f"{words} stands in a JSON document, which is read row by row, the newest first."]
    lacking = [column for column in columns if not mapped.table.is_led_by(column)][:MOST_INDEXES]
    orders = " ".join(_create_index(mapped, (column,)) for column in lacking)
    return [f"No index helps to find {words}: rows are read, the newest first. For their owner: {orders}"]


def unmapped(mapped: MappedTable, event_filter: EventFilter) -> Sequence[str]:
    """Which conditions no event can fulfil, because the mapping has nothing for them: a sentence, or none."""
    words = [
        _WORDS[field]
        for field, names in COLUMNS.items()
        if event_filter.choice(field).wants_some and not any(is_mapped(mapped, name) for name in names)
    ]
    if not mapped.payload and any(each.choice.wants_some for each in event_filter.payload):
        words.append("payload")
    if not words:
        return []
    what = " and no ".join(words)
    return [f"The mapping of {mapped.mapping.table} has no {what}: no event of it can be found by that."]


def _create_index(mapped: MappedTable, columns: Sequence[str]) -> str:
    """The statement that makes an index on these columns, time and id."""
    names = list(dict.fromkeys((*columns, mapped.time_column, mapped.id_column)))
    name, schema = mapped.table.path[-1], mapped.table.path[0] if len(mapped.table.path) > 1 else None
    described = [Column(each, mapped.table.columns[each].type) for each in names]
    table = Table(name, MetaData(), *described, schema=schema)
    parts: list[ColumnElement[Any]] = [
        table.c[each].collate("C") if each == mapped.time_column and mapped.is_sorted_by_bytes else table.c[each]
        for each in names
    ]
    index = Index(f"{name}_by_{'_'.join(columns or names)}", *parts, postgresql_concurrently=True, _table=table)
    return f"{CreateIndex(index).compile(dialect=mapped.dialect.of_statements)!s};"
