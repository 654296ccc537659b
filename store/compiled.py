"""Statements -> the text that a driver is given. Making it takes longer than most of them run, so that it is kept.

What a text was made from is not: that is a thousand objects, among which Python would look for garbage ever again.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, NamedTuple, ParamSpec

from sqlalchemy import CompoundSelect, Select, literal
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.cache_key import CacheKey

Arguments = ParamSpec("Arguments")
Built = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

MOST_FORMS = 4_096
"""Of so many forms of statements the texts are kept."""

MOST_SHAPES = 512
"""And of so many of the statements that are built anew each time."""


class Form(NamedTuple):
    """A statement as what builds it: that is done only where its text is not kept."""

    build: Callable[..., Built]
    arguments: tuple[Hashable, ...]
    named: tuple[tuple[str, Hashable], ...]

    @property
    def statement(self) -> Built:
        return self.build(*self.arguments, **dict(self.named))

    def __str__(self) -> str:
        return str(self.statement)


Statement = Built | Form


class CompiledStatement(NamedTuple):
    """A text, the order of its parameters where they have no names, and those whose values stand in the statement."""

    sql: str
    names: Sequence[str] | None
    constants: Mapping[str, object]


class _Shape(NamedTuple):
    """The text of all statements that differ in values only: and for each parameter, which of these it has."""

    sql: str
    names: Sequence[str] | None
    places: Mapping[str, int]


_shapes: dict[tuple[Any, ...], _Shape] = {}


def form(build: Callable[Arguments, Built]) -> Callable[Arguments, Form]:
    """Make of a function that builds a statement one that names it. For the same arguments it is always the same."""

    @wraps(build)
    def named(*arguments: Arguments.args, **by_name: Arguments.kwargs) -> Form:
        return Form(build, arguments, tuple(by_name.items()))

    return named


def compiled(statement: Statement, dialect: Dialect) -> CompiledStatement:
    """The text of a statement. It is the same for all that differ in nothing but the values in them."""
    if isinstance(statement, Form):
        return _of_form(statement, dialect)
    key = statement._generate_cache_key()  # by which SQLAlchemy itself tells forms apart where it runs statements
    if key is None:
        return _of(statement.compile(dialect=dialect))
    shape = (dialect, key.key)
    if shape not in _shapes:
        if len(_shapes) >= MOST_SHAPES:
            _shapes.clear()
        _shapes[shape] = _shape_of(statement, dialect, key)
    sql, names, places = _shapes[shape]
    return CompiledStatement(sql, names, {name: key.bindparams[place].value for name, place in places.items()})


def _shape_of(statement: Built, dialect: Dialect, key: CacheKey) -> _Shape:
    made: Any = statement.compile(dialect=dialect, cache_key=key)
    numbered = [literal(place) for place in range(len(key.bindparams))]
    return _Shape(str(made), _names(made), made.construct_params(extracted_parameters=numbered, _check=False))


@lru_cache(maxsize=MOST_FORMS)
def _of_form(form: Form, dialect: Dialect) -> CompiledStatement:
    return _of(form.statement.compile(dialect=dialect))


def _of(made: Any) -> CompiledStatement:
    # Unchecked here and above: values of parameters with names are given when the statement runs.
    return CompiledStatement(str(made), _names(made), made.construct_params(_check=False))


def _names(made: Any) -> Sequence[str] | None:
    return None if made.positiontup is None else tuple(made.positiontup)
