"""The app around the one screen: themes, signals that end it, commands, and a terminal left as it was."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.notifications import Notify
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkerFailed

from .keys import APP_KEYS
from .one_frame import drawn_regions
from .opening_screen import OpeningScreen
from .stopped import heed_continuing
from .themes import THEMES
from .time_zone import utc_now

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.theme import Theme

    from store import StoreError

    from .activity_screen import ActivityScreen
    from .launch import Launch, Prepare
    from .messages import QuestionFailed

QUIT_WITHIN_SECONDS = 2.0
TAKEN_WITHIN_SECONDS = 0.5
SIGNALS_THAT_END = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


async def _has_taken(widget: Widget) -> None:
    """Wait until a widget has taken what was handed to it, for a moment at most: it may be on its way out."""
    taken = asyncio.Event()
    if widget.call_later(taken.set):
        with suppress(TimeoutError):
            async with asyncio.timeout(TAKEN_WITHIN_SECONDS):
                await taken.wait()


class ActivityApp(App[None], inherit_bindings=False):
    """The screen of the log is loaded behind the first frame, so that it does not delay that, and `prepare` called.

    `keep_theme` is given the name of each theme that the user chooses, beside the event loop.
    """

    CSS_PATH = Path(__file__).with_name("explorer.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [*APP_KEYS]
    TITLE = "Activity"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        prepare: Prepare,
        *,
        theme_name: str = "",
        keep_theme: Callable[[str], object] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self.mistake: StoreError | None = None
        """What the user got wrong in calling the app: it ended because of it."""
        self.fault: BaseException | None = None
        """The error of our own because of which the app ended."""
        self._prepare = prepare
        self._clock = clock
        self.activity_screen: ActivityScreen | None = None
        self.kept_closed = False
        """Whether the log could not be opened until the app ended."""
        self._typed_ahead: list[events.Event] = []
        """Keys, and what was pasted, that wait for the screen of the log."""
        self._theme_name = theme_name
        self._keep_theme = keep_theme
        self._interrupted_at = float("-inf")

    def get_driver_class(self) -> type[Driver]:
        """Where Textual would take a terminal for a fast one, read whole sequences, and write one frame at a time."""
        if (chosen := super().get_driver_class()).__name__ != "LinuxDriver":
            return chosen
        from .frame_driver import FrameDriver

        return FrameDriver

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Draw, or leave what is to be drawn to the next frame while the last one is on its way to the terminal."""
        driver: Any = self._driver
        if renderable is None or self._batch_count or not hasattr(driver, "one_frame"):
            super()._display(screen, renderable)
        elif driver.frames.may_go(self._draw_what_waits):
            with driver.one_frame():
                super()._display(screen, renderable)
        else:
            screen._compositor._dirty_regions.update(drawn_regions(renderable))
            self.post_display_hook()

    def _draw_what_waits(self) -> None:
        """Have the screen draw all regions that wait, at once, or as soon as it draws at all."""
        for screen in self.screen_stack[-1:]:  # none is left while the app ends
            screen._dirty_widgets.add(screen)
            screen.call_later(screen._on_timer_update)

    def get_default_screen(self) -> Screen[None]:
        return OpeningScreen()

    @property
    def _named_theme(self) -> Theme | None:
        """The theme that is set, by our name or by that of Textual; None where none is, and for a name that is none."""
        return {**self.available_themes, **THEMES}.get(self._theme_name)

    def on_load(self) -> None:
        """Draw the first frame in the theme that is set, or in the default for a name that is none."""
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = (self._named_theme or THEMES["dark"]).name

    def on_mount(self) -> None:
        """End in order when told to: by itself Textual dies of these signals, the terminal left raw, or ends with 0."""
        if self._theme_name and self._named_theme is None:
            from .display import visible

            known = ", ".join(sorted(THEMES))
            said = f"There is no theme {self._theme_name}. There are {known}, and those of : Theme."
            self.notify(visible(said), severity="warning", markup=False)
        self.theme_changed_signal.subscribe(self, self._keep_chosen_theme)
        loop = asyncio.get_running_loop()
        for number in SIGNALS_THAT_END:
            loop.add_signal_handler(number, self._end_by_signal, number)
        heed_continuing(self)

    def _keep_chosen_theme(self, theme: Theme) -> None:
        if self._keep_theme is not None and theme != (self._named_theme or THEMES["dark"]):
            self._theme_name = theme.name
            self.run_worker(asyncio.to_thread(self._keep_theme, theme.name), group="theme")

    async def on_ready(self) -> None:
        """The first frame is drawn: show the log, and give it the keys that were typed until now."""
        from .activity_screen import ActivityScreen

        self.activity_screen = ActivityScreen(self._launch, self._clock)
        await self.push_screen(self.activity_screen)
        for typed in self._typed_ahead:
            await self.on_event(typed)

    def on_resize(self) -> None:
        """Draw everything. The size may be the one that is known although the terminal was small for a moment, and lost
        what stood in it. And somebody may have attached another one.
        """
        frames = getattr(self._driver, "frames", None)
        if frames is not None:
            frames.seen_alive()
        self.screen.refresh()

    async def on_event(self, event: events.Event) -> None:
        """Let each key act before the next one is handed out.

        Textual hands out all that were typed in one moment first, as a slow line delivers them: the letters behind a
        `/` would go to the table, and a ctrl+u would take away what was typed after it.
        """
        if isinstance(event, events.Key) and event.key == "ctrl+j":
            # What the enter key sends while a terminal is not yet in the app's hands, and some keyboards always.
            event = events.Key("enter", "\r")
        is_typed = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if is_typed and self.activity_screen is None:
            self._typed_ahead.append(event)
            return
        focused = self.focused if is_typed else None
        # A dialog may take keys as a whole, before its bindings, and so does what has the whole screen.
        if (
            focused is None
            or (isinstance(self.screen, ModalScreen) and not isinstance(focused, Input))
            or self.screen.maximized is not None
        ):
            await super().on_event(event)
        elif isinstance(event, events.Key) and not focused.check_consume_key(event.key, event.character):
            for is_priority in (True, False):
                if await self._check_bindings(event.key, priority=is_priority):
                    return
            await super().on_event(event)
        else:
            await super().on_event(event)
            await _has_taken(focused)

    def _handle_exception(self, error: Exception) -> None:
        """End because of an error that nobody foresaw. It is told of when the terminal is as it was."""
        self.fault = self.fault or (error.error if isinstance(error, WorkerFailed) else error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self.panic()

    def panic(self, *_told: RenderableType) -> None:
        """End, and print nothing: Textual would print the values of all variables, and so what the log holds."""
        super().panic()

    def _end_by_signal(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def _launch(self) -> Launch | None:
        """What to show, or None when the user got something wrong: then the app ends, and `mistake` says why."""
        from store import StoreError

        try:
            return self._prepare()
        except StoreError as mistake:
            self.mistake = mistake
            self.exit()
            return None

    def on_notify(self, message: Notify) -> None:
        """Say a sentence once, and anew where it still stands, however often a key brings it up."""
        for told in [each for each in self._notifications if each.message == message.notification.message]:
            self._unnotify(told, refresh=False)

    def on_question_failed(self, message: QuestionFailed) -> None:
        """What a screen over that of the log was told of the log holds for the list below as well."""
        from .areas.problems import Problems

        if self.activity_screen is not None:
            self.activity_screen.query_one(Problems).tell(message.problem)

    async def on_unmount(self) -> None:
        if self.activity_screen is not None:
            self.kept_closed = self.activity_screen.problems.kept_closed
            await self.activity_screen.leave(is_fault=self.fault is not None)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of ours that acts where the focus is on `screen`, and what Textual itself offers, each once.

        What is nearest to the focus goes first, as for keys. The keys of areas that come late stand around it, too.
        """
        from .areas.key_area import KeyArea
        from .key_help import told
        from .key_names import shown_keys

        commands: dict[str, SystemCommand] = {}
        focused = () if screen.focused is None else screen.focused.ancestors_with_self
        for node in dict.fromkeys((*focused, screen, *screen.query(KeyArea), self)):
            for binding in node.BINDINGS:
                if isinstance(binding, Binding) and binding.id and binding.action != "command_palette":
                    act = partial(self.run_action, binding.action, node)
                    commands.setdefault(told(binding), SystemCommand(told(binding), shown_keys(binding), act))
        for command in super().get_system_commands(screen):
            commands.setdefault(command.title, command)
        return commands.values()

    def action_interrupt(self) -> None:
        """Copy what is selected; with nothing selected, quit at the second press."""
        if isinstance(self.focused, Input) and self.focused.selected_text:
            self.focused.action_copy()
        elif self.screen.get_selected_text():
            self.screen.action_copy_text()
        else:
            self._quit_at_second("ctrl+c")

    async def action_quit(self) -> None:
        """Quit; where that would lose what was written in a dialog, at the second press."""
        if self._unkept:
            self._quit_at_second("ctrl+q")
        else:
            self.exit()

    @property
    def _unkept(self) -> str:
        from .dialogs.dialog import Dialog

        return self.screen.unkept if isinstance(self.screen, Dialog) else ""

    def _quit_at_second(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._interrupted_at <= QUIT_WITHIN_SECONDS:
            self.exit()
        self._interrupted_at = now
        otherwise = f" without {self._unkept}; enter keeps it" if self._unkept else ", or ctrl+q"
        self.notify(f"Press {key} again to quit{otherwise}.", timeout=QUIT_WITHIN_SECONDS, markup=False)

    def action_command_palette(self) -> None:
        from .palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        from .dialogs.help import Help
        from .key_help import key_sections

        self.push_screen(Help(key_sections()))
