"""A line to a real server that a test can cut, or encrypt: what a network does, without one."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict

_READ_BYTES = 4_096
_ENCRYPTION_WANTED = struct.pack(">ii", 8, 80_877_103)
"""What a client of Postgres says first when it wants TLS."""

_STOP = struct.pack(">i", 80_877_102)
"""What it says behind the length of its first words when it wants a statement of another connection to be stopped."""


class PostgresLine:
    """Stands in front of the unix socket of a server; clients find it at `url`."""

    def __init__(self, server_url: str, encryption: ssl.SSLContext | None = None) -> None:
        parts = conninfo_to_dict(server_url)
        self.socket_name = f".s.PGSQL.{parts.get('port', 5432)}"
        self._server = Path(str(parts["host"])) / self.socket_name
        self._encryption = encryption
        self._ends: set[asyncio.StreamWriter] = set()
        self.url = ""
        self.bytes_to_come: int | None = None
        """So many bytes still come from the server before the line is cut; None for all."""
        self.stops_to_lose = 0
        """So many times what would stop a statement does not come through, and nobody hears of that."""
        self.trips = 0
        """How often the server answered what a client had said: so many times what lies between them was crossed."""
        self.flows = asyncio.Event()
        """Cleared, nothing comes through, and no end hears of that."""
        self.flows.set()

    def cut(self) -> None:
        """Cut every connection that there is."""
        for end in self._ends:
            end.transport.abort()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        with suppress(OSError, asyncio.IncompleteReadError):
            self._ends.add(writer)
            if self._encryption is not None:
                while await reader.readexactly(len(_ENCRYPTION_WANTED)) != _ENCRYPTION_WANTED:
                    writer.write(b"N")
                writer.write(b"S")
                await writer.start_tls(self._encryption)
            from_server, to_server = await asyncio.open_unix_connection(self._server)
            self._ends.add(to_server)
            asked = asyncio.Event()
            await asyncio.gather(
                self._pass_on(reader, to_server, asked), self._pass_on(from_server, writer, asked, counted=True)
            )
            self._ends -= {writer, to_server}

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, asked: asyncio.Event, *, counted: bool = False
    ) -> None:
        while data := await source.read(_READ_BYTES):
            if self.stops_to_lose and data[4:8] == _STOP:
                self.stops_to_lose -= 1
                break
            if not counted:
                asked.set()
            elif asked.is_set():
                asked.clear()
                self.trips += 1
            await self.flows.wait()
            if counted and self.bytes_to_come is not None:
                data = data[: self.bytes_to_come]
                self.bytes_to_come -= len(data)
            target.write(data)
            await target.drain()
            if counted and self.bytes_to_come == 0:
                self.bytes_to_come = None
                self.cut()
        target.close()


@asynccontextmanager
async def line_to(server_url: str) -> AsyncIterator[PostgresLine]:
    """A line to the server of a URL, as long as the block lasts."""
    with TemporaryDirectory(prefix="activity-line-", dir="/tmp") as folder:  # the path of a socket must be short
        line = PostgresLine(server_url)
        line.url = server_url.replace(str(conninfo_to_dict(server_url)["host"]), folder)
        listening = await asyncio.start_unix_server(line.connect, Path(folder) / line.socket_name)
        try:
            yield line
        finally:
            listening.close()
            line.cut()


@asynccontextmanager
async def network_line_to(server_url: str, encryption: ssl.SSLContext | None) -> AsyncIterator[PostgresLine]:
    """A line over TCP, which clients must encrypt or cannot."""
    line = PostgresLine(server_url, encryption)
    listening = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    line.url = server_url.partition("?")[0].replace("@/", f"@127.0.0.1:{port}/")
    try:
        yield line
    finally:
        listening.close()
        line.cut()
