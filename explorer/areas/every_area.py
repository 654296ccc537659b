"""Every area that is mounted behind the first rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from .column_choice import ColumnChoice
from .copies import Copies
from .exports import Exports
from .following import Following
from .in_context import InContext
from .key_area import KeyArea
from .marking import Marking
from .offering import Offering
from .remarks import Remarks
from .revealing import Revealing
from .snapshots import Snapshots
from .stories import Stories
from .time_travel import TimeTravel
from .time_zones import TimeZones
from .views import Views
from .why_empty import WhyEmpty

if TYPE_CHECKING:
    from ..event_list import EventList
    from ..shown import Shown
    from ..widgets.event_detail import EventDetail
    from .querying import Querying
    from .value_counts import ValueCounts


def every_area(
    *,
    shown: Callable[[], Shown | None],
    clock: Callable[[], datetime],
    event_list: EventList,
    detail: EventDetail,
    values: ValueCounts,
    query: Querying,
    reload: Callable[[], object],
) -> tuple[KeyArea, ...]:
    """The areas. `clock` tells the time (UTC), `reload` reads the list again."""
    return (
        ColumnChoice(shown=shown, event_list=event_list),
        Views(shown=shown, query=query),
        Copies(shown=shown),
        Exports(shown=shown, clock=clock),
        Marking(shown=shown, clock=clock, event_list=event_list, detail=detail),
        TimeTravel(shown=shown, clock=clock, event_list=event_list),
        TimeZones(shown=shown, clock=clock, event_list=event_list),
        Following(shown=shown, event_list=event_list, count_values=values.count_again, reload=reload),
        Stories(shown=shown, clock=clock, event_list=event_list),
        InContext(shown=shown),
        Offering(shown=shown, clock=clock),
        Remarks(shown=shown),
        Revealing(shown=shown, clock=clock),
        WhyEmpty(shown=shown, clock=clock, event_list=event_list),
        Snapshots(shown=shown, clock=clock, detail=detail),
    )
