"""What the values of the log are made of: fields that are given by name and never change."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self, dataclass_transform


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value:
    """Its fields are what is annotated in its class. Values of one class are equal when all their fields are.

    A start waits for two dozen classes of values. Loading pydantic would take a fifth of it, and making them frozen
    dataclasses several times as long as this: what comes from outside is checked where it comes in.
    """

    field_names: tuple[str, ...] = ()
    _defaults: Mapping[str, object] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        cls.field_names = tuple(cls.__annotations__)
        cls._defaults = {name: cls.__dict__[name] for name in cls.field_names if name in cls.__dict__}

    def __init__(self, **values: Any) -> None:
        """Raises TypeError for a field that is missing or that there is not, ValueError as `_check` does."""
        made = {**self._defaults, **values}
        if wrong := made.keys() ^ set(self.field_names):
            raise TypeError(f"{type(self).__name__} lacks these fields, or has none of them: {sorted(wrong)}")
        vars(self).update(made)
        self._check()

    def _check(self) -> None:
        """Raises ValueError for fields that are not as they must be. May give them the form that they always have."""

    def replaced(self, **changes: Any) -> Self:
        """The same with other fields. Raises as making it does."""
        return type(self)(**{**vars(self), **changes})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} never changes")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} never changes")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *map(vars(self).__getitem__, self.field_names)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.field_names)})"
