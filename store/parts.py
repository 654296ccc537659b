"""What a count is put together from: events that are added or taken away, from the rollup or along an index."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .conditions import Plan, branches_of


class Part(NamedTuple):
    """Events that are counted in one way, and added with the sign 1 or taken away with -1.

    The parameter `<driver>_<references>` says which references lead to them. With `by_rollup`, whole buckets are
    counted in cells: those of all events without a driver, else of the owners in `<driver>_<references>_owners`.
    """

    plan: Plan
    references: str = "included"
    sign: int = 1
    by_rollup: bool = False

    @property
    def owners(self) -> str | None:
        """The parameter with the owners of the cells, None for the cells of all events."""
        return None if self.plan.driver is None else f"{self.plan.driver}_{self.references}_owners"


def parts_of(plan: Plan, owning: Mapping[str, bool]) -> tuple[Part, ...]:
    """The parts that make up the events of a plan.

    `owning` names the parameters of which some references own cells, and says whether all do. Those that do are in
    the parameter of that name with `_owning` behind it, the others in the one with `_others`.
    """
    counted, taken_away = plan.counted_apart()
    return (
        *_parts_of(counted, "included", 1, owning),
        *(part for taken in taken_away for part in _parts_of(taken, "excluded", -1, owning)),
    )


def _parts_of(plan: Plan, references: str, sign: int, owning: Mapping[str, bool]) -> Iterator[Part]:
    has_tests = bool(plan.included or plan.excluded)  # which cells know nothing of
    for each in branches_of(plan.driver, references):
        all_own = owning.get(f"{plan.driver}_{each}")
        if has_tests or (plan.driver is not None and all_own is None):
            yield Part(plan, each, sign)
        elif plan.driver is None:
            yield Part(plan, each, sign, by_rollup=True)
        else:
            yield Part(plan, f"{each}_owning", sign, by_rollup=True)
            if not all_own:
                yield Part(plan, f"{each}_others", sign)
