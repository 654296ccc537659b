"""Many rows into a table, the quickest way that each driver has."""

import sqlite3
from collections.abc import Sequence
from types import NoneType
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[tuple[object, ...]]
"""Rows of a table, with a value for every column in the table's order."""

# Of each value that is neither a number nor a text, the driver looks for a way to adapt it. To find that there is none
# takes it several times as long as to store the value, so that here are two which leave it as it is.
sqlite3.register_adapter(NoneType, {None: None}.get)
sqlite3.register_adapter(bytes, bytes.__bytes__)


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Rows, *, added: bool = False, once: bool = False
) -> None:
    """Insert rows inside the transaction that the connection is in.

    With `added`, a row that is already there gets the `count` of the new one on top of its own, with `once` it stays as
    it is. Rows are best sorted.
    """
    if not rows:
        return
    key = ", ".join(column.name for column in table.primary_key)
    meeting = ""
    if added:
        meeting = f" ON CONFLICT ({key}) DO UPDATE SET count = {table.name}.count + excluded.count"
    elif once:
        meeting = f" ON CONFLICT ({key}) DO NOTHING"
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(table.columns))
        await connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({places}){meeting}", list(rows))
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if not meeting:
        await _copy(driver, table.name, rows)
        return
    # COPY cannot add to what is there: it fills a table that is empty again when the transaction ends.
    staged = f"new_{table.name}"
    await connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    await _copy(driver, staged, rows)
    await connection.exec_driver_sql(f"INSERT INTO {table.name} SELECT * FROM {staged} ORDER BY {key}{meeting}")


async def _copy(driver: Any, name: str, rows: Rows) -> None:
    if hasattr(driver, "copy_records_to_table"):  # asyncpg
        await driver.copy_records_to_table(name, records=rows)
        return
    async with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
