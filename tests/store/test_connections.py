"""Connections that cannot be opened: what is said, and what is left behind."""

import threading
from pathlib import Path

import pytest

from store import AccessDenied, DatabaseAddress, open_writer


async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.symlink_to(tmp_path / "no folder" / "log.db")
    before = set(threading.enumerate())
    for _ in range(20):
        with pytest.raises(AccessDenied, match="cannot be opened"):
            await open_writer(DatabaseAddress.parse(str(path)))
        left = set(threading.enumerate()) - before
        assert [thread.name for thread in left if "connection_worker" in thread.name] == []
