"""Statements -> the text that a driver is given. Making it takes longer than most of them run, so that it is kept."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select
from sqlalchemy.engine import Compiled, Dialect

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

MOST_FORMS = 512
"""Of so many forms of statements the texts are kept."""


class CompiledStatement(NamedTuple):
    """A text, the order of its parameters where they have no names, and those whose values stand in the statement."""

    sql: str
    names: Sequence[str] | None
    constants: Mapping[str, object]


_forms: dict[tuple[Any, ...], Compiled] = {}


@lru_cache(maxsize=1024)
def compiled(statement: Statement, dialect: Dialect) -> CompiledStatement:
    """The text of a statement. It is the same for all of one form, whatever the values in them."""
    key = statement._generate_cache_key()  # by which SQLAlchemy itself tells forms apart where it runs statements
    if key is None:
        made: Any = statement.compile(dialect=dialect)
        return CompiledStatement(str(made), made.positiontup, made.params)
    form = (dialect, key.key)
    if form not in _forms:
        if len(_forms) >= MOST_FORMS:
            _forms.clear()
        _forms[form] = statement.compile(dialect=dialect, cache_key=key)
    made = _forms[form]
    # Unchecked, as `params` has it: values of parameters with names are given when the statement runs.
    constants = made.construct_params(extracted_parameters=key.bindparams, _check=False)
    return CompiledStatement(str(made), made.positiontup, constants)
