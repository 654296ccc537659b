"""Tells the whole story: some 5,000 events of two environments over the month that ends with the anchor day.

`python -m sample_data.story` writes the shipped file anew after a change of the story.
"""

import gzip
from collections.abc import Iterator
from datetime import timedelta

from store import Event
from store.formats import write_line

from .agenda import FIRST_DAY, Agenda, moment
from .billing import plan_billing
from .catalogue import plan_catalogue
from .company import ACCOUNTS, API_CALLS, EXPORTS, HEAVY_USERS, SEATS, WORKSPACES
from .credits import plan_credits, plan_grants
from .customers import plan_customers
from .fixed_set import FILE
from .incident import plan_incident
from .log import Log
from .oddities import odd_events
from .usage import plan_usage
from .world import Subscription, World

SEED = 20_240_522
END = moment(1, 0)
"""Nothing of the story is told of later than this."""


def story() -> list[Event]:
    """All events of the story, oldest first; the same ones every time."""
    log = Log(SEED)
    world = World(log)
    agenda = Agenda()
    _begin(world)
    for plan in (plan_usage, plan_customers, plan_billing, plan_credits, plan_grants, plan_catalogue, plan_incident):
        plan(world, agenda)
    agenda.run()
    odd = odd_events(log)
    told = [event for event in log.events if event.occurred_at < END]
    seen = {event.id for event in told}
    return sorted([*told, *(event for event in odd if event.id not in seen)], key=lambda event: event.occurred_at)


def story_lines() -> Iterator[str]:
    """The lines of the shipped file, told anew, each with its line break."""
    return (write_line(event) + "\n" for event in story())


def write_file() -> None:
    """Write the shipped file. The same story gives the same bytes."""
    FILE.write_bytes(gzip.compress("".join(story_lines()).encode(), compresslevel=9, mtime=0))


def _begin(world: World) -> None:
    """Customers and subscriptions as they stood before the first day."""
    for account in ACCOUNTS:
        customer = world.add_customer(account, billing=account.plan_id != "plan-free")
        for number in range(account.sites + 1):
            heavy = account.id in HEAVY_USERS and number == 0
            months_ago = timedelta(days=30 * world.log.whole(2, 19))
            first = moment(FIRST_DAY + (27 if heavy else world.log.whole(0, 29)), 3)
            site = f"site-{world.log.whole(100, 999)}" if number else None
            _use_some(world, world.add_subscription(customer, account.plan_id, first - months_ago, site), heavy)


def _use_some(world: World, subscription: Subscription, heavy: bool) -> None:
    subscription.enter_period(moment(FIRST_DAY, 0))
    share = world.log.whole(10, 60) / 100
    for feature in (SEATS, EXPORTS, API_CALLS, WORKSPACES):
        limit = subscription.limit(feature) or 200
        subscription.used[feature.id] = max(1, int(limit * share))
    if subscription.plan.id == "plan-growth":
        subscription.used[API_CALLS.id] = 1_400 if heavy else world.log.whole(20, 500)


if __name__ == "__main__":
    write_file()
