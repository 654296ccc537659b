"""Signals that stop a command: as Ctrl-C does, once."""

import signal
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.commands import import_events
from explorer.commands.stopping import Stop


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_second_signal_leaves_the_clearing_up_alone(number: signal.Signals, code: int) -> None:
    before = signal.getsignal(number)
    with Stop() as stop:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert stop.exit_code == code
    assert signal.getsignal(number) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_job_in_the_background_of_a_script_where_ctrl_c_is_ignored_is_stopped_all_the_same() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Stop() as stop:
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGTERM)
        assert stop.exit_code == 143
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_second_signal_does_not_end_the_report_of_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "events.jsonl").write_text("")
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(import_events, "run", lambda *_: signal.raise_signal(signal.SIGHUP))
    monkeypatch.setattr(import_events, "write", say)
    monkeypatch.setattr(import_events, "complain", say)
    assert main(["import", str(tmp_path / "events.jsonl"), "--into", str(tmp_path / "log.db")]) == 129
    assert [text.split()[0] for text in said] == ["read", "Interrupted."]
