"""A password among the words of a command, taken out of them: everybody on a machine can read those of a process."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

_PASSWORD = r"(?P<before>postgres(?:ql)?(?:\+\w+)?://[^:/?#@]*):(?P<password>[^@]*)@"


def hide_password(words: Sequence[str]) -> None:
    """Begin the program again with the password of a URL in its environment, which only its user can read.

    Returns where there is none, or where the system cannot begin it again in the same process.
    """
    if os.name != "posix" or not any("://" in word for word in words):
        return
    import re  # what this takes no other start pays for
    from urllib.parse import unquote

    password = re.compile(_PASSWORD)
    found = [match["password"] for word in words for match in password.finditer(word) if match["password"]]
    if len(set(found)) != 1:
        return
    before = sys.orig_argv[: len(sys.orig_argv) - len(words)]
    without = [password.sub(r"\g<before>@", word) for word in words]
    environment = {**os.environ, "PGPASSWORD": unquote(found[0], errors="surrogateescape")}
    with suppress(OSError, ValueError):
        os.execve(sys.executable, [*before, *without], environment)
