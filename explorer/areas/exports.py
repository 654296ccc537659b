"""What leaves the app as a file: everything that the filter means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from ..display import events_text, visible
from ..keys import EXPORT_KEYS
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from ..dialogs.choose_export import ChooseExport, ExportChoice

NOTICE_SECONDS = 15
"""How long the place of a file stays on the screen, for writing it down."""


class Exports(KeyArea):
    """Asks what to write, then writes it, which can be stopped. `clock` tells the time (UTC) of an export."""

    BINDINGS: ClassVar[list[BindingType]] = [*EXPORT_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime]) -> None:
        super().__init__(shown=shown)
        self._clock = clock

    def action_export(self) -> None:
        from store import sentence

        from ..dialogs.choose_export import ChooseExport

        shown = self.shown()
        if shown is None:
            return
        dialog = ChooseExport(sentence(shown.event_filter), self._clock())

        def chosen(choice: ExportChoice | None) -> None:
            self.workers.cancel_group(self, "count")
            if choice is not None:
                self.ask("export", self._export, choice, shown, dialog.whole)

        self.app.push_screen(dialog, chosen)
        self.ask("count", self._count, shown, dialog)

    async def _count(self, shown: Shown, dialog: ChooseExport) -> None:
        counted = await shown.repository.count(shown.settled)
        while counted.searched_to is not None:
            dialog.say_count(counted)
            counted = await shown.repository.count(shown.settled, counted)
        dialog.say_count(counted)

    async def _export(self, choice: ExportChoice, shown: Shown, whole: int | None) -> None:
        from store import ExportMistake, StoreError, TargetProblem

        from ..dialogs.export_progress import ExportProgress
        from ..export.about import About
        from ..export.export import Target, export_events
        from ..export.pages import pages

        def closed(stopped: bool | None) -> None:
            if stopped:
                self.workers.cancel_group(self, "export")
                self.notify(visible(f"Stopped: {choice.path.name} was not written."), markup=False)

        dialog = ExportProgress(choice.path.name, whole)
        await self.app.push_screen(dialog, closed)
        about = About(shown.settled, self._clock(), choice.format_name, choice.columns, shown.masking_name)
        target = Target(choice.path, link_template=shown.settings.link_template)
        try:
            done = await export_events(
                pages(shown.repository, shown.settled, "newer"), about, target, dialog.show_progress
            )
        except (ExportMistake, TargetProblem) as problem:
            self._say(f"{problem} {problem.advice}", mistaken=True)
        except StoreError:
            self._say(f"{choice.path.name} was not written: the log did not answer to the end.", mistaken=True)
            raise
        else:
            self._say(f"{events_text(done.events)} written to {done.path}")
        finally:
            dialog.close()

    def _say(self, sentence: str, *, mistaken: bool = False) -> None:
        severity: SeverityLevel = "error" if mistaken else "information"
        self.notify(visible(sentence), severity=severity, timeout=NOTICE_SECONDS, markup=False)
