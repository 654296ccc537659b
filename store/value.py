"""What the values of the log are made of: fields that are given by name and never change."""

from typing import Any, ClassVar, Self, dataclass_transform

import msgspec


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value(msgspec.Struct, frozen=True):
    """Its fields are what is annotated in its class. Values of one class are equal when all their fields are.

    A start waits for two dozen classes of values, and events are read by the million. Loading pydantic and making its
    models would take a fifth of a start: what comes from outside is checked where it comes in.
    """

    SECRET: ClassVar[tuple[str, ...]] = ()
    """The fields that are shown nowhere."""

    def replaced(self, **changes: Any) -> Self:
        """The same with other fields. Raises as making it does."""
        return msgspec.structs.replace(self, **changes)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What rich shows, such as in a traceback with the values of its variables."""
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name not in self.SECRET]
