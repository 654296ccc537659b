"""What time it is, and in which zone: UTC, that of this computer, or a name of the IANA database."""

from datetime import UTC, datetime, timedelta, tzinfo

ZERO = timedelta(0)


class LocalZone(tzinfo):
    """The zone of this computer with its own offset at every date, summer time included."""

    def fromutc(self, moment: datetime) -> datetime:
        local = moment.replace(tzinfo=UTC).astimezone()
        is_second_of_two = _local(local).utcoffset() != local.utcoffset()
        return local.replace(tzinfo=self, fold=int(is_second_of_two))

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return (_local(moment).utcoffset() if moment else None) or ZERO

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return _local(moment).tzname() if moment else None

    def __repr__(self) -> str:
        return "LocalZone()"

    def __str__(self) -> str:
        """As the settings call it. Like this, the text of every zone is its name."""
        return "local"


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None).astimezone()


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A moment (aware) as `zone` has it; near the ends of the calendar, where `zone` has no date for it, in UTC."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment.astimezone(UTC)


def has_times_of_utc(zone: tzinfo, year: int) -> bool:
    """Whether clocks in `zone` show UTC in the winter and in the summer of `year`."""
    middles = (datetime(year, month, 1, tzinfo=UTC) for month in (1, 7))
    return not any(in_zone(middle, zone).utcoffset() for middle in middles)


def named_zone(name: str) -> tzinfo:
    """The zone called `name`: "UTC", "local", or an IANA name such as "Europe/Berlin".

    Raises ValueError for a name that is none of these.
    """
    if name == "UTC":
        return UTC
    if name == "local":
        return LocalZone()
    from zoneinfo import ZoneInfo  # of which few starts need the dozens of modules that come with it

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError, RecursionError) as mistake:  # of a name with many slashes
        raise ValueError("must be UTC, local, or an IANA name such as Europe/Berlin") from mistake
