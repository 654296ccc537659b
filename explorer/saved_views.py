"""Saved views: filters with a name, supplied ones and those of a TOML file that people keep, share and edit by hand."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .settings_file import read_toml, settings_path
from .table_choice import Columns, read_columns
from .visible import visible

if TYPE_CHECKING:
    from tomlkit.items import InlineTable

    from store import EventFilter, TimeRange

TABLE = "views"
LONGEST_NAME = 80


class SavedView(NamedTuple):
    """A filter in its textual form as somebody wrote it, which may hold a mistake or wait for its last value.

    `columns` are those of the table in their textual form; without any the view has none of its own.
    """

    name: str
    query: str
    columns: str = ""

    @property
    def waits(self) -> bool:
        """Whether the last value is still to be written."""
        return self.query.rstrip().endswith(":")

    def read(self, time: TimeRange | None = None) -> EventFilter:
        """The filter, with this `time` where the view names none. Raises FilterMistake."""
        from store import TimeRange, parse_filter

        return parse_filter(self.query, unwritten_time=time or TimeRange())

    def read_columns(self) -> Columns | None:
        """The columns of the view, None when it has none. Raises SettingsMistake."""
        from store import SettingsMistake

        try:
            return read_columns(self.columns) if self.columns else None
        except ValueError as mistake:
            raise SettingsMistake(visible(f"The columns of the view {self.name} {mistake}.")) from None


SUPPLIED = (
    SavedView("failures", "name:*failed name:*denied"),
    SavedView("human actions", "actor_type:user actor_type:support"),
    SavedView(
        "catalogue edits",
        "entity_type:plan entity_type:addon entity_type:package entity_type:package_group entity_type:product "
        "entity_type:feature entity_type:feature_group entity_type:coupon entity_type:custom_currency",
    ),
    SavedView("one customer", "since:all belongs_to:"),
)


def views_path(named: str | None) -> Path:
    """The file of views: the one that the settings name, else `views.toml` beside the user's settings."""
    return Path(named).expanduser() if named else settings_path().with_name("views.toml")


def read_views(file: Path) -> Sequence[SavedView]:
    """The supplied views, then those of the file; one of its names wins. The file may be absent.

    Raises SettingsMistake for a file that cannot be read, or holds anything but texts under names.
    """
    from store import SettingsMistake

    table = read_toml(file, must_exist=False).get(TABLE, {})
    own = [_view(name, written) for name, written in table.items()] if isinstance(table, dict) else [None]
    if None in own:
        raise SettingsMistake(f'{visible(str(file))}: [views] must hold lines such as failures = "name:*failed".')
    return tuple({view.name: view for view in (*SUPPLIED, *own) if view is not None}.values())


def _view(name: str, written: object) -> SavedView | None:
    """The view of a line: a text, or a table of `query` and `columns`; None for anything else."""
    parts = {"query": written} if isinstance(written, str) else written
    if not isinstance(parts, dict) or not parts.keys() <= {"query", "columns"}:
        return None
    if not all(isinstance(part, str) for part in parts.values()):
        return None
    return SavedView(name, parts.get("query", ""), parts.get("columns", ""))


def view_named(name: str, file: Path) -> SavedView:
    """The view with that name. Raises SettingsMistake when there is none, or the file cannot be read."""
    from difflib import get_close_matches

    from store import SettingsMistake

    views = {view.name: view for view in read_views(file)}
    if name in views:
        return views[name]
    near = get_close_matches(name, views, n=1)
    known = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(views)}."
    raise SettingsMistake(visible(f"There is no view {name}. {known}"))


def save_view(view: SavedView, file: Path) -> None:
    """Write a view into the file, in the place of one with its name; the rest, comments too, stays as it is.

    The file is put in place whole. Raises SettingsMistake when it cannot be read or written.
    """
    import tomlkit

    from store import SettingsMistake

    read_views(file)
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        table = document.setdefault(TABLE, tomlkit.table())
        table[view.name] = view.query if not view.columns else _with_columns(view)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
            opened.write(tomlkit.dumps(document))
        if file.exists():
            Path(name).chmod(file.stat().st_mode)
        Path(name).replace(file)
    except OSError as problem:
        raise SettingsMistake(f"{visible(str(file))}: cannot be written: {problem.strerror}.") from None


def _with_columns(view: SavedView) -> InlineTable:
    import tomlkit

    line = tomlkit.inline_table()
    line.update({"query": view.query, "columns": view.columns})
    return line
