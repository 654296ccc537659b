"""Which masking a log is shown under, and the key that makes the pseudonyms of this installation."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from .state_folder import read_state, write_state
from .visible import visible

if TYPE_CHECKING:
    from store import DatabaseAddress, Masking

    from .checked_settings import MaskingProfile
    from .settings import Settings

KEY_BYTES = 32


def masking_of(settings: Settings, address: DatabaseAddress | None) -> Masking | None:
    """What is hidden of the log at an address (None: one of no database that has a name), None for nothing.

    A log that the settings mask always is masked with what they ask for besides: what either hides is hidden, and only
    what both allow is allowed. Raises SettingsMistake for a masking that is not there, TargetProblem when a key cannot
    be kept.
    """
    names = tuple(dict.fromkeys(filter(None, (*_always(settings, address), settings.mask))))
    if not names:
        return None
    from store import Masking

    profiles = [_profile(settings, name) for name in names]
    keys = [profile.key.encode() for profile in profiles if profile.key is not None]
    return Masking(
        name=" + ".join(names),
        key=keys[0] if keys else _own_key(),
        names=any(profile.names for profile in profiles),
        paths=tuple(dict.fromkeys(path for profile in profiles for path in profile.paths)),
        search=all(profile.search for profile in profiles),
        reveal=all(profile.reveal for profile in profiles),
    )


def remembered_as(database_name: str, masking_name: str) -> str:
    """The name under which marks and queries are kept: those of a log in the clear do not show where it is masked."""
    return f"{database_name} masked: {masking_name}" if masking_name else database_name


def _always(settings: Settings, address: DatabaseAddress | None) -> Iterator[str | None]:
    from store import DatabaseAddress, DatabaseNotFound

    from .database_places import places

    if address is None:
        return
    asked_for = places(address)
    for each in settings.databases.values():
        with suppress(DatabaseNotFound):  # which is told to those who want to open it
            if each.mask is not None and asked_for & places(DatabaseAddress.parse(each.url)):
                yield each.mask


def _profile(settings: Settings, name: str) -> MaskingProfile:
    from store import SettingsMistake

    if name in settings.masking:
        return settings.masking[name]
    known = ", ".join(map(visible, settings.masking)) or "none"
    raise SettingsMistake(f"There is no [masking.{visible(name)}] in the settings file. There are: {known}.")


def _own_key() -> bytes:
    """The key of this installation, which is made when it is first needed. Raises TargetProblem."""
    from platformdirs import user_state_path

    from store import TargetProblem

    path = user_state_path("activity-explorer") / "masking.key"
    reason: str | None = "it is damaged"
    try:
        key = read_state(path)
        if key is None:
            key = secrets.token_bytes(KEY_BYTES)
            write_state(path, key)
        if len(key) == KEY_BYTES:
            return key
    except OSError as problem:
        reason = problem.strerror
    raise TargetProblem(f"The key for masking cannot be kept in {visible(str(path))}: {reason}.")
