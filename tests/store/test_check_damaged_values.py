"""A check goes to its end also where SQLite holds in a column what does not belong there, and tells nothing of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import (
    CheckReport,
    DatabaseAddress,
    check_log,
    open_writer,
)
from tests.builders import make_event
from tests.store.damaged_logs import read_in_small_pieces
from tests.store.test_check_lookups import ENTITIES, KEY, kinds, sentences, write_log

OF_EVENT = f"where time_key = {KEY}"
NO_TEXT, NO_VALUE = "cast(x'736563726574fffe' as text)", "x'736563726574fffe'"
"""SECRET and what is no UTF-8 behind it, as a text and as bytes."""
SECRET = "secret"
NOT_READ = f"The entity, parent or trace of the event with the key {KEY} cannot be read."


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_small_pieces(monkeypatch)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def damage(log: Path, script: str) -> None:
    with closing(sqlite3.connect(log)) as connection:
        connection.executescript(script)


async def checked_and_repaired(log: Path, script: str) -> tuple[CheckReport, CheckReport]:
    """What a repair finds after the damage, where counts are wrong, too, and what a check finds after it."""
    address = DatabaseAddress.parse(str(log))
    await write_log(address)
    damage(log, f"{script}; update rollup set count = count + 1 where level = 0;")
    found = await check_log(address)
    repaired = await check_log(address, repair=True)
    assert "cell" in kinds(found)
    assert repaired.is_repaired
    assert found.findings == repaired.findings
    for sentence in sentences(found):
        assert SECRET not in sentence
        assert len(sentence) < 200
    left = await check_log(address)
    assert not any(one.is_repairable for one in left.findings)
    return found, left


LOST = {
    **{
        f"{column} {kind}": (f"update event_detail set {column} = {value} {OF_EVENT}", NOT_READ)
        for column in ("entity_id", "parent_entity_id", "trace_id")
        for kind, value in (("no text", NO_TEXT), ("bytes", NO_VALUE))
    },
    **{
        f"actor {part} {kind}": (f"update actor set {part} = {value} where actor_ref = 1", "Actor 1 cannot be read.")
        for part in ("type", "id", "name", "email", "ip_address")
        for kind, value in (("no text", NO_TEXT), ("bytes", NO_VALUE))
    },
    **{
        f"combination {part} {kind}": (
            f"update combination set {part} = {value} where combination_ref = 1",
            "Combination 1 cannot be read.",
        )
        for part in ("event_name", "entity_type", "actor_type", "environment")
        for kind, value in (("no text", NO_TEXT), ("bytes", NO_VALUE))
    },
    "combination that is a text": (
        f"update event set combination_ref = '{SECRET}' {OF_EVENT}",
        "Combination 0, which 1 events have, is not in the log.",
    ),
    "combination that is bytes": (
        f"update event set combination_ref = {NO_VALUE} {OF_EVENT}",
        "Combination 0, which 1 events have, is not in the log.",
    ),
    "actor that is a text": (
        f"update event set actor_ref = '{SECRET}' {OF_EVENT}",
        "An actor without number, to whom events refer, is not in the log.",
    ),
    "actor that is bytes": (
        f"update event set actor_ref = {NO_VALUE} {OF_EVENT}",
        "An actor without number, to whom events refer, is not in the log.",
    ),
    "entity bytes, and all references lost": (
        f"update event_detail set entity_id = {NO_VALUE} {OF_EVENT}; update event set entity_ref = 7, home_ref = 7",
        NOT_READ,
    ),
    "batch that is a text": (
        f"update event set batch = '{SECRET}' {OF_EVENT}",
        "1 events have something of an entity or actor and none, or came in never.",
    ),
    "batch that is bytes": (
        f"update event set batch = {NO_VALUE} {OF_EVENT}",
        "1 events have something of an entity or actor and none, or came in never.",
    ),
    "batch beyond all": (
        f"update event set batch = {2**63 - 1} {OF_EVENT}",
        "1 events have something of an entity or actor and none, or came in never.",
    ),
}


@pytest.mark.parametrize(("script", "says"), LOST.values(), ids=LOST)
async def test_what_cannot_be_read_is_told_and_what_is_counted_is_mended_around_it(
    log: Path, script: str, says: str
) -> None:
    found, left = await checked_and_repaired(log, script)
    assert says in sentences(found)
    assert says in sentences(left)


MENDED = {
    **{
        f"{column} {name}": f"update event set {column} = {value} {OF_EVENT}"
        for column in ("id_ref", "entity_ref", "trace_ref", "home_ref")
        for name, value in (
            ("bytes", NO_VALUE),
            ("a text", f"'{SECRET}'"),
            ("no text", NO_TEXT),
            ("infinite", "9e999"),
            ("a fraction", "1.5"),
        )
    },
    "noted id no text": f"update rehashed set id = {NO_TEXT}",
    "noted id bytes": f"update rehashed set id = {NO_VALUE}",
    "noted kind no text": f"update rehashed set kind = {NO_TEXT}",
    "noted kind bytes": f"update rehashed set kind = {NO_VALUE}",
    "noted number no text": f"update rehashed set ref = {NO_TEXT}",
    "noted number bytes": f"update rehashed set ref = {NO_VALUE}",
    "owner of no text": f"update owner set kind = {NO_TEXT}",
    "owner of bytes": f"update owner set kind = {NO_VALUE}",
    "owner of a text": f"update owner set ref = '{SECRET}'",
    "owner that is no text": f"update owner set ref = {NO_TEXT}",
    "written bytes": f"update meta set value = {NO_VALUE} where name = 'written'",
    "written no text": f"update meta set value = {NO_TEXT} where name = 'written'",
    "written of many digits": f"update meta set value = '{'9' * 5000}' where name = 'written'",
    "written beyond all": f"update meta set value = '{2**63}' where name = 'written'",
    "written at the end": f"update meta set value = '{2**63 - 1}' where name = 'written'",
    "forgotten beyond all": f"update meta set value = '{2**63}' where name = 'forgotten'",
    "forgotten beyond what was written": "update meta set value = '1000' where name = 'forgotten'",
    "cells of a text": f"update rollup set combination_ref = '{SECRET}' where combination_ref = 1",
    "cells of a bucket that is a text": f"update rollup set bucket = '{SECRET}' || bucket where level = 1",
    "cells of a level that is bytes": f"update rollup set level = {NO_VALUE} where level = 1",
    "cells of an owner that is bytes": f"update rollup set owner_ref = {NO_VALUE} where owner_ref = 1",
    "counts that are texts": f"update rollup set count = '{SECRET}' where level = 1",
    "counts that are no texts": f"update combination set count = {NO_TEXT}",
    "a note that is no text": f"insert into meta values ({NO_TEXT}, {NO_TEXT})",
    "a note that is bytes": f"insert into meta values ('unknown', {NO_VALUE})",
    "an arrival of a text": f"update arrival set batch = '{SECRET}' || batch",
    "an arrival of no text": f"update arrival set batch = cast({NO_VALUE} || cast(batch as text) as text)",
}


@pytest.mark.parametrize("script", MENDED.values(), ids=MENDED)
async def test_what_follows_from_the_events_is_mended_whatever_stood_there(log: Path, script: str) -> None:
    _, left = await checked_and_repaired(log, script)
    assert left.findings == ()
    address = DatabaseAddress.parse(str(log))
    async with await open_writer(address) as writer:
        await writer.write([make_event(500, entity=ENTITIES[1])])
    assert (await check_log(address)).findings == ()
