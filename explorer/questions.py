"""Questions to the store, one at a time in each group: an answer is used, or its problem told to who can show it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVarTuple

from .messages import QuestionFailed

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

    from store import EventRepository, StoreError


Arguments = TypeVarTuple("Arguments")

LATE_SECONDS = 0.3
"""Numbers of the list before stay drawn for so long: most questions are answered sooner, and nothing flickers."""

FIRST_SECONDS, MOST_SECONDS = 0.5, 30.0
"""How long a log that does not answer is left alone: at first, and at the most, after doubling each time."""


def put(
    asker: DOMNode, group: str, work: Callable[[*Arguments], Awaitable[None]], *arguments: *Arguments
) -> Worker[None]:
    """Begin work of a widget or screen in a group; what was in that group is cancelled.

    It is called when it begins and not before: of what is cancelled before that, nothing is left unawaited.
    """

    async def begin() -> None:
        await work(*arguments)

    return asker.run_worker(begin, group=group, exclusive=True)


def ask(
    asker: DOMNode, group: str, question: Callable[[*Arguments], Awaitable[None]], *arguments: *Arguments
) -> Worker[None]:
    """Put a question in its group; the one that was there is cancelled, in the database too. A problem is a message."""
    return put(
        asker, group, answered, lambda problem: asker.post_message(QuestionFailed(problem)), question, *arguments
    )


def may_be_answered(problem: StoreError) -> bool:
    """Whether the log does not answer, so that asking again can help.

    A question that took too long would keep the database as busy again, and a wrong mapping stays wrong.
    """
    from store import DatabaseProblem, MappingProblem, QuestionTooLong, SchemaProblem

    is_answered = isinstance(problem, MappingProblem | QuestionTooLong)
    return isinstance(problem, DatabaseProblem | SchemaProblem) and not is_answered


def pass_over(asker: DOMNode, problem: StoreError) -> None:
    """Say nothing of a problem that is met again, and said, where more depends on it.

    That it is another log by now is met once only.
    """
    from store import DatabaseReplaced

    if isinstance(problem, DatabaseReplaced):
        asker.post_message(QuestionFailed(problem))


async def answered(
    tell_problem: Callable[[StoreError], object],
    question: Callable[[*Arguments], Awaitable[None]],
    *arguments: *Arguments,
) -> None:
    """Ask a question that uses its own answer. What goes wrong in a way users understand is told, nothing else."""
    from store import StoreError

    try:
        await question(*arguments)
    except StoreError as problem:
        tell_problem(problem)


async def reach(repository: EventRepository) -> None:
    """Ask a log no more than its newest event. Raises StoreError while it does not answer."""
    from store import NEWEST, EventFilter, TimeRange

    await repository.page(EventFilter(time=TimeRange(since=None)), NEWEST, "older", 1)
