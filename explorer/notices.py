"""What the place of the table says when there are no rows to show: the cause and the next step."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content

from .display import events_text, labelled_second, searched_text, visible
from .opening_screen import OPENING

if TYPE_CHECKING:
    from store import EventFilter, EventRepository, StoreError

    from .landing import Landing
    from .link import EventLink

LONGEST_FILTER = 400
"""Cells of a filter that are told where nothing matches: what to do stands below it."""


def notice(title: str, cause: str = "", *next_steps: str) -> Content:
    """A heading, a sentence that says why, and lines that say what to do. All of it may hold data."""
    lines = [Content.styled(visible(title), "bold")]
    lines += [Content(""), Content(visible(cause))] if cause else []
    steps = [Content.styled("→ ", "$text-accent") + Content(visible(step)) for step in next_steps if step]
    lines += [Content(""), *steps] if steps else []
    return Content("\n").join(lines)


def opening() -> Content:
    """Nothing is read yet."""
    return notice(OPENING)


def searching() -> Content:
    """No match is found yet."""
    return notice("Searching, newest first …", "Matches show as they are found.", "Press esc to stop.")


def stopped_search(reached: datetime | None, zone: tzinfo) -> Content:
    """The user stopped a search that had come back to a moment (aware), or nowhere yet."""
    return Content(f"Stopped: {searched_text(reached, zone)}. G searches on, ctrl+r searches again from the newest.")


def is_of_filter(error: StoreError) -> bool:
    """Whether a question had no answer because of what was asked: the rows from before say nothing of that."""
    from store import MaskingMistake

    return isinstance(error, MaskingMistake)


def problem(error: StoreError, database_name: str, again_within: float | None = None) -> Content:
    """The database could not be opened or asked, or would tell what is masked.

    It is asked again by itself within so many seconds, or never.
    """
    if is_of_filter(error):
        return notice("This is masked", str(error), error.advice, "Press esc or u to go back to the filter before.")
    again = "Press ctrl+r to try again."
    if again_within is not None:
        again = f"It is tried again within {_seconds(again_within)}; ctrl+r tries at once."
    return notice(f"Cannot read {database_name}", str(error), error.advice, again)


async def why_empty(repository: EventRepository, event_filter: EventFilter, database_name: str) -> Content:
    """No event passes a filter, told as it was chosen: whether the log holds any at all."""
    from store import EventFilter, TimeRange, sentence

    clearing = "" if event_filter == EventFilter() else "x to clear it, "
    whole = await repository.count(EventFilter(time=TimeRange(since=None)))
    if whole.number == 0:
        return notice(
            "This log is empty",
            f"There is not one event in {database_name}.",
            "Fill it with: activity import FILE --into DATABASE",
            "Then press ctrl+r.",
        )
    return notice(
        "No event matches",
        f"Filter: {visible(sentence(event_filter), LONGEST_FILTER)}. The whole log holds {events_text(whole)}.",
        f"Press {clearing}f to change it, u for the one before, if any.",
    )


def problem_banner(error: StoreError, read_at: datetime | None, zone: tzinfo, again_within: float | None) -> Content:
    """A question failed while older rows are there to read, as they were at a moment (UTC).

    It is asked again by itself within so many seconds, or never.
    """
    again = "ctrl+r reads again."
    if again_within is not None:
        again = f"It is tried again within {_seconds(again_within)}; ctrl+r tries at once."
    rows = ""
    if read_at is not None:
        rows = f"Rows as of {labelled_second(read_at, zone)}."
    # The advice comes last: it may end with a command, which nothing must run into.
    return Content(visible(" ".join(filter(None, (str(error), rows, again, error.advice)))))


def _seconds(number: float) -> str:
    whole = max(1, round(number))
    return f"{whole} second{'s' if whole > 1 else ''}"


def answers_again(problem: StoreError) -> Content:
    """The log answers after it did not, for that reason."""
    from store import DatabaseReplaced

    if isinstance(problem, DatabaseReplaced):
        return Content(visible(f"{problem} Its events are shown."))
    return Content("The log answers again.")


def came_in(number: int, *, misses_none: bool) -> Content:
    """The log answers after it did not for a while, in which so many events of the list came in.

    With `misses_none` these are sure to be all.
    """
    end = ", and none is missing" if misses_none else ""
    return Content(f"The log answers again. {events_text(number)} came in meanwhile{end}.")


def in_context(all_of_it: str, following: str | None) -> Content:
    """An event is shown among `all_of_it`; the key goes on to what is `following`, if to anything."""
    goes_on = f"c goes on to {following}, esc leads back" if following else "c or esc leads back"
    return Content(f"In context: {all_of_it}. {goes_on}.")


def not_found_by_time(*, folds: bool) -> str:
    """Why nobody can go to a time in a list whose rows have to be read for."""
    if folds:
        return "Where traces are folded, rows are not found by their time: * unfolds them."
    return "Where events are searched for, choose another time range instead: f, then Time."


def unknown_event(link: EventLink, database_name: str) -> Content:
    """A link whose event is not in this log."""
    nearest = " The nearest events in time are shown." if link.occurred_at else ""
    return Content(visible(f"There is no event {link.event_id} in {database_name}.{nearest}"))


def followed(link: EventLink, landing: Landing, database_name: str) -> Content | None:
    """What a link says that the log does not: the event, its environment, that the filter holds it. None: it is so."""
    from store import sentence

    if not landing.found:
        return unknown_event(link, database_name)
    said = []
    if link.environment not in (None, landing.environment):
        said.append(f"The event is not in {link.environment}, it is in {landing.environment or 'no environment'}.")
    if link.event_filter not in (None, landing.event_filter):
        shown = sentence(landing.event_filter)
        said.append(f"The filter ({sentence(link.event_filter)}) does not hold the event: {shown} is shown.")
    return Content(visible(" ".join(said))) if said else None


def outside_of_time(moment: datetime, zone: tzinfo) -> str:
    """The user goes to a moment (aware) outside of the filter's time."""
    return f"{labelled_second(moment, zone)} lies outside of the filter's time: the nearest event in it. f changes it."


def to_select(sentence: str, text: str) -> Content:
    """A text that may not have reached the clipboard, to be selected."""
    return Content(visible(sentence) + "\n" + visible(text))
