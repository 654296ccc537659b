"""A copied text takes the route that can reach the user's clipboard, and the user is told which one it was."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal.pseudo_terminal import PseudoTerminal

from explorer import clipboard
from explorer.clipboard import MOST_OSC52_BYTES, Delivery, Route, copy

LINK = "activity://production/9f1c?at=2026-11-20T12:00:00Z"
ROOT = Path(__file__).parents[2]


class Desk:
    """A computer with clipboard programs of its own, each of which writes what it was given next to itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {"PATH": str(folder)}
        self.sent = ""

    def install(self, name: str, ends: str = "exit 0") -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho "$@" > {program}.arguments\n/bin/cat > {program}.input\n{ends}\n')
        program.chmod(0o755)

    def given(self, name: str) -> str | None:
        file = self.folder / f"{name}.input"
        return file.read_text() if file.exists() else None

    def arguments(self, name: str) -> str:
        return (self.folder / f"{name}.arguments").read_text().strip()

    def send(self, text: str) -> None:
        self.sent += text

    async def copy(self, text: str = LINK, platform: str = "linux", route: Route = "auto", **more: str) -> Delivery:
        return await copy(text, send_osc52=self.send, route=route, environ=self.environ | more, platform=platform)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("program", "variables", "platform", "arguments"),
    [
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0"}, "linux", ""),
        ("xclip", {"DISPLAY": ":0"}, "linux", "-selection clipboard"),
        ("xsel", {"DISPLAY": ":0"}, "linux", "--clipboard --input"),
        ("clip.exe", {"WSL_DISTRO_NAME": "Debian"}, "linux", ""),
        ("clip.exe", {}, "win32", ""),
        ("pbcopy", {}, "darwin", ""),
    ],
)
async def test_a_local_program_gets_the_text_through_its_input(
    desk: Desk, program: str, variables: dict[str, str], platform: str, arguments: str
) -> None:
    desk.install(program)
    delivery = await desk.copy(platform=platform, **variables)
    assert delivery == Delivery(route="native", sure=True, sentence=f"Link copied with {program}.")
    assert (desk.given(program), desk.arguments(program), desk.sent) == (LINK, arguments, "")


async def test_without_a_display_no_program_is_asked(desk: Desk) -> None:
    for program in ("wl-copy", "xclip", "xsel", "clip.exe", "pbcopy"):
        desk.install(program)
    delivery = await desk.copy()
    assert (delivery.route, delivery.sure, desk.sent) == ("osc52", False, LINK)
    assert "OSC 52" in delivery.sentence
    assert not list(desk.folder.glob("*.input"))


@pytest.mark.parametrize("variable", ["SSH_TTY", "SSH_CONNECTION"])
async def test_over_ssh_only_the_terminal_is_asked(desk: Desk, variable: str) -> None:
    desk.install("xclip")
    desk.install("pbcopy")
    delivery = await desk.copy(DISPLAY=":0", platform="darwin", **{variable: "there"})
    assert (delivery.route, delivery.sure, desk.sent) == ("osc52", False, LINK)
    assert not list(desk.folder.glob("*.input"))


async def test_over_ssh_in_tmux_only_tmux_is_asked(desk: Desk) -> None:
    for program in ("tmux", "xclip", "pbcopy"):
        desk.install(program)
    delivery = await desk.copy(TMUX="/tmp/t,1,0", SSH_TTY="there", DISPLAY=":0", platform="darwin")
    assert (delivery.route, delivery.sure, desk.sent) == ("tmux", False, "")
    assert "through tmux" in delivery.sentence
    assert (desk.given("tmux"), desk.arguments("tmux")) == (LINK, "load-buffer -w -")
    assert desk.given("xclip") is desk.given("pbcopy") is None


@pytest.mark.parametrize(("program", "platform"), [("pbcopy", "darwin"), ("xclip", "linux")])
async def test_in_a_local_tmux_a_clipboard_program_makes_it_sure(desk: Desk, program: str, platform: str) -> None:
    desk.install("tmux")
    desk.install(program)
    delivery = await desk.copy(TMUX="/tmp/t,1,0", DISPLAY=":0", platform=platform)
    assert delivery == Delivery(route="tmux", sure=True, sentence=f"Link copied through tmux and {program}.")
    assert desk.given("tmux") == desk.given(program) == LINK


async def test_an_old_tmux_is_passed_over(desk: Desk) -> None:
    desk.install("tmux", "exit 1")
    delivery = await desk.copy(TMUX="/tmp/t,1,0")
    assert (delivery.route, desk.sent) == ("osc52", LINK)


async def test_a_program_that_fails_is_passed_over(desk: Desk) -> None:
    desk.install("xclip", "exit 1")
    desk.install("xsel")
    assert (await desk.copy(DISPLAY=":0")).sentence == "Link copied with xsel."


async def test_a_program_that_cannot_start_is_passed_over(desk: Desk) -> None:
    desk.install("xclip")
    (desk.folder / "xclip").write_text("#!/nowhere/at/all\n")
    assert (await desk.copy(DISPLAY=":0")).route == "osc52"


async def test_a_program_that_never_ends_is_killed_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "PROGRAM_SECONDS", 0.2)
    desk.install("xclip", f"echo $$ > {desk.folder}/pid\nwhile :; do :; done")
    start = time.monotonic()
    assert (await desk.copy(DISPLAY=":0")).route == "osc52"
    assert time.monotonic() - start < 5
    pid = int((desk.folder / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_program_whose_child_keeps_the_clipboard_does_not_hold_us(desk: Desk) -> None:
    desk.install("wl-copy", f"( while [ ! -e {desk.folder}/done ]; do /bin/sleep 0.01; done ) &\nexit 0")
    try:
        assert (await desk.copy(WAYLAND_DISPLAY="wayland-0")).sure
    finally:
        (desk.folder / "done").touch()


@pytest.mark.parametrize(
    ("route", "variables", "taken"),
    [
        ("native", {"DISPLAY": ":0"}, "native"),
        ("native", {"DISPLAY": ":0", "SSH_TTY": "there"}, "native"),
        ("native", {}, "off"),
        ("osc52", {"DISPLAY": ":0", "TMUX": "/tmp/t,1,0"}, "osc52"),
        ("tmux", {"DISPLAY": ":0"}, "tmux"),
        ("off", {"DISPLAY": ":0", "TMUX": "/tmp/t,1,0"}, "off"),
    ],
)
async def test_a_route_of_the_settings_is_the_only_one_tried(
    desk: Desk, route: Route, variables: dict[str, str], taken: str
) -> None:
    desk.install("xclip")
    desk.install("tmux")
    delivery = await desk.copy(route=route, **variables)
    assert delivery.route == taken
    assert [desk.given("xclip"), desk.given("tmux"), desk.sent or None] == [
        LINK if taken == "native" else None,
        LINK if taken == "tmux" else None,
        LINK if taken == "osc52" else None,
    ]
    assert delivery.sure == (taken == "native")


async def test_a_text_longer_than_terminals_take_is_not_sent(desk: Desk) -> None:
    assert (await desk.copy("x" * MOST_OSC52_BYTES)).route == "osc52"
    assert desk.sent == "x" * MOST_OSC52_BYTES
    desk.sent = ""
    delivery = await desk.copy("é" * (MOST_OSC52_BYTES // 2 + 1))
    assert (delivery.route, delivery.sure, desk.sent) == ("off", False, "")
    assert "74,994 bytes" in delivery.sentence


async def test_any_text_can_be_copied(desk: Desk) -> None:
    await desk.copy("zoë \ud800 東京")
    assert desk.sent == "zoë \\ud800 東京"


async def test_a_text_of_many_pieces_is_copied_as_one_of_one_piece(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "PIECE", 3)
    await desk.copy("zoë \ud800 東京\U0001f600")
    assert desk.sent == "zoë \\ud800 東京\U0001f600"


async def test_only_ascii_goes_to_the_program_that_knows_only_code_pages(desk: Desk) -> None:
    desk.install("clip.exe")
    assert (await desk.copy("東京", platform="win32")).route == "osc52"


@pytest.fixture
def tmux_folder() -> Iterator[str]:
    """A short path: the name of a socket may not be longer than some hundred bytes."""
    with tempfile.TemporaryDirectory(prefix="tmux-") as folder:
        yield folder


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_terminal_around_a_tmux_with_default_settings_receives_the_text(tmux_folder: str) -> None:
    code = (
        "import asyncio, os, sys; from explorer.clipboard import copy\n"
        f"copying = copy({LINK!r}, environ=os.environ, platform='linux', send_osc52=print)\n"
        "print('route:', asyncio.run(copying).route); input()"
    )
    command = ["tmux", "-f", "/dev/null", "new-session", sys.executable, "-c", code]
    variables = {"TMUX_TMPDIR": tmux_folder, "PYTHONPATH": str(ROOT)}
    with PseudoTerminal(command, environ=variables) as terminal:
        terminal.wait_for("route: tmux")
        terminal.wait_for(lambda: terminal.copied == [LINK])
        terminal.send("\r")
        terminal.wait_for_exit()
