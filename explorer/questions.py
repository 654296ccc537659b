"""A question to the store on its way: its answer is used, or its problem is told to whoever can show it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import EventRepository, StoreError


async def answered(question: Awaitable[None], tell_problem: Callable[[StoreError], object]) -> None:
    """Await a question that uses its own answer. What goes wrong in a way users understand is told, nothing else."""
    from store import StoreError

    try:
        await question
    except StoreError as problem:
        tell_problem(problem)


async def reach(repository: EventRepository) -> None:
    """Ask a log no more than its newest event. Raises StoreError while it does not answer."""
    from store import NEWEST, EventFilter, TimeRange

    await repository.page(EventFilter(time=TimeRange(since=None)), NEWEST, "older", 1)
