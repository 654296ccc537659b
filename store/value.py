"""What the values of the log are made of: fields that are given by name and never change."""

from typing import Any, Self, dataclass_transform

import msgspec


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value(msgspec.Struct, frozen=True):
    """Its fields are what is annotated in its class. Values of one class are equal when all their fields are.

    A start waits for two dozen classes of values, and events are read by the million. Loading pydantic and making its
    models would take a fifth of a start: what comes from outside is checked where it comes in.
    """

    def replaced(self, **changes: Any) -> Self:
        """The same with other fields. Raises as making it does."""
        return msgspec.structs.replace(self, **changes)
