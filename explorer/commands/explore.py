"""`activity`, `demo`, `open` and `entity`: open the app.

Values and settings cost as much time to load as the app's first frame to draw, so they are made ready behind it. Only a
link is read before: a broken one is wrong usage and opens nothing.
"""

import gc
import os
import sys
from functools import partial
from pathlib import Path

from ..launch import Launch, Prepare
from ..settings_file import theme_of_first_frame
from ..theme_choice import keep_theme, kept_theme
from .interruptible import run
from .words import complain, meant_command

TERMINALS_THAT_ONLY_PRINT = ("dumb", "unknown")
"""What TERM says of editors' shells, serial lines and the like, which would show every sequence as letters."""


def explore(database: str | None, link_text: str | None, entity_id: str | None, view_name: str | None = None) -> int:
    """Run the app until the user leaves it, and give its exit code.

    Raises StoreError when the settings, the link or the view cannot be understood; that a database cannot be opened is
    shown in the app.
    """
    prepare = partial(launch, database, link_text, entity_id, view_name)
    if link_text is not None:
        ready = prepare()
        prepare = partial(Launch, *ready)
    return run_app(prepare)


def run_app(prepare: Prepare) -> int:
    """Run the app until the user leaves it, and give its exit code. Raises StoreError for what the user got wrong."""
    if (lack := _lack_of_terminal()) is not None:
        complain(f"{lack}: use `activity query` instead.")
        return 2

    # Until the start is over, hundreds of thousands of objects are loaded and stay. `loading` ends this.
    gc.disable()

    from ..app import ActivityApp
    from ..terminal_output import outlive_terminal

    outlive_terminal()
    set_theme = theme_of_first_frame(os.environ)
    app = ActivityApp(prepare=prepare, theme_name=kept_theme(set_theme), keep_theme=partial(keep_theme, set_theme))
    run(app.run_async)
    if app.mistake is not None:
        raise app.mistake
    if app.fault is not None:
        raise app.fault
    return app.return_code or int(app.kept_closed)


def launch(database: str | None, link_text: str | None, entity_id: str | None, view_name: str | None = None) -> Launch:
    """What the words ask for. Raises StoreError when the settings, the link or the address cannot be understood.

    A view with a mistake in it is shown in the app.
    """
    from store import Choice, DatabaseNotFound, EventFilter, EventRepository, FilterMistake, TimeRange

    from ..last_place import LastPlace, place_file
    from ..masking import remembered_as
    from ..query_history import QueryHistory, history_file
    from ..saved_views import view_named, views_path
    from ..settings import DEMO, load_settings
    from ..table_choice import load_columns
    from .database import database_name, masking_name, named_again, open_log

    settings = load_settings(os.environ)
    is_known = database is None or database in (DEMO, *settings.databases) or Path(database).exists()
    if database is not None and not is_known and (meant := meant_command(database)):
        raise DatabaseNotFound(f"There is no file {database}.", f"Did you mean the command {meant}?")
    name, mask = database_name(database, settings), masking_name(database, settings)
    remembered = remembered_as(name, mask)
    event_filter = link = draft = columns = None
    if link_text is not None:
        from ..link import EventLink

        link = EventLink.parse(link_text, settings.link_template)
    if entity_id is not None:
        event_filter = EventFilter(time=TimeRange(since=None), entity_ids=Choice(included=(entity_id,)))
    if view_name is not None:
        view = view_named(view_name, views_path(settings.views))
        columns = view.read_columns()
        try:
            event_filter = view.read()
        except FilterMistake:
            draft = view.query

    async def open_store() -> EventRepository:
        return await open_log(database, settings)

    last_place = LastPlace()
    if settings.open_at == "last" and settings.address(database) != DEMO:  # whose story begins anew each time
        asked = (link_text, entity_id, view_name)
        last_place = LastPlace(place_file(remembered), leads=not any(each is not None for each in asked))

    return Launch(
        settings=settings,
        database_name=name,
        named_again=named_again(database, settings),
        open_store=open_store,
        event_filter=event_filter,
        link=link,
        draft=draft,
        history=QueryHistory(history_file(remembered)),
        columns=columns or load_columns(name),
        masking_name=mask,
        last_place=last_place,
    )


def _lack_of_terminal() -> str | None:
    """What the terminal lacks; None when the app can run.

    Textual reads standard input and draws on standard error; without them it would wait for ever.
    """
    if "TEXTUAL_DRIVER" in os.environ:
        return None
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return "The explorer needs a terminal to draw on and to read keys from"
    if (kind := os.environ.get("TERM")) in TERMINALS_THAT_ONLY_PRINT:
        return f"The explorer has to place text on the screen, which a terminal of the kind {kind} cannot do"
    return None
