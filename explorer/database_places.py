"""Where a database lies, whoever asks for it and however its address is written."""

from __future__ import annotations

import os
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from store import DatabaseAddress

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1", "/var/run/postgresql", "/run/postgresql", "/tmp")
"""Where a server of this computer is found; so it is where no host is named."""

DEFAULT_PORT = "5432"

Place = tuple[str, ...]


def places(address: DatabaseAddress) -> frozenset[Place]:
    """The places that an address may mean: several where it names several hosts, or a thing in two ways."""
    if address.path is not None:
        return frozenset({(str(address.path.resolve()),)})
    place, _, query = address.sqlalchemy_url.partition("://")[2].partition("?")
    authority, _, path = place.partition("/")
    login, _, at_server = authority.rpartition("@")
    options: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        options.setdefault(name, []).extend(value.split(","))
    named = [*unquote(at_server).split(","), *options.get("host", ()), *options.get("hostaddr", ())]
    servers = [_host_and_port(each) for each in named if each] or [_host_and_port(os.environ.get("PGHOST", ""))]
    ports = options.get("port") or [os.environ.get("PGPORT", DEFAULT_PORT)]
    databases = list(filter(None, (unquote(path), *options.get("dbname", ()))))
    databases = databases or [os.environ.get("PGDATABASE") or unquote(login.partition(":")[0])]
    return frozenset(
        (host, own_port or port, database) for (host, own_port), port, database in product(servers, ports, databases)
    )


def _host_and_port(server: str) -> tuple[str, str]:
    """A host in its usual spelling, and the port that stands behind it, if any."""
    host, colon, port = server.rpartition(":")
    if not colon or not port.isdecimal() or (":" in host and not host.endswith("]")):
        host, port = server, ""
    host = host.strip("[]")
    host = host.rstrip("/") if host.startswith("/") else host.rstrip(".").casefold()
    return ("" if host in THIS_COMPUTER else host), port
