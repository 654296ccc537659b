"""Customers come, change their details and move between plans."""

from datetime import datetime, timedelta
from functools import partial

from store import Actor, Entity

from .agenda import OFFICE, ROUND_THE_CLOCK, Agenda, moment, spread
from .company import (
    API_CALLS,
    AWS,
    BACKENDS,
    BRIGHTWATER,
    IMPORT,
    JONAS,
    NEW_CUSTOMERS,
    SALESFORCE,
    SERVICE,
    STRIPE,
    SYSTEM,
    TOMAS,
    Account,
)
from .log import Trace, iso
from .usage import check, entitlement_entity
from .world import Customer, Subscription, World, customer_part, entitlements_payload, subscription_payload

DETAILS = 330
MOVES = 16
SEAT_CHANGES = 60
CHECKS = 60
IMPORTED = tuple(
    Account(
        f"kiln.guild|{number}", f"Potters' Guild, branch {number}", f"branch{number}@kilnguild.example", "plan-free"
    )
    for number in range(1, 25)
)


def plan_customers(world: World, agenda: Agenda) -> None:
    """Have customers sign up, change details, buy seats and move between plans."""
    log = world.log
    for time in spread(log, DETAILS, ROUND_THE_CLOCK):
        agenda.at(time, partial(_change_details, world))
    for time in spread(log, MOVES, OFFICE, last=-8):
        agenda.at(time, partial(_move, world))
    for time in spread(log, SEAT_CHANGES, OFFICE):
        agenda.at(time, partial(_buy_seats, world))
    for time in spread(log, CHECKS, ROUND_THE_CLOCK):
        agenda.at(time, partial(_ask, world))
    for account, day in zip(NEW_CUSTOMERS, (-26, -21, -17, -12, -9, -2), strict=True):
        agenda.at(moment(day, 10, 14, log.whole(0, 59), log.whole(0, 999)), partial(_sign_up, world, account))
    agenda.at(moment(-23, 14, 6, 31, 480), partial(_upgrade_brightwater, world))
    agenda.at(moment(-19, 13, 30, 2, 115), partial(_import, world))


def record_entitlements(trace: Trace, subscription: Subscription, trigger: str, actor: Actor | None = None) -> None:
    """What the customer may use from now on, as the consequence of what the trace holds so far."""
    payload = entitlements_payload(subscription, trace.at, trigger)
    trace.record(
        "ENTITLEMENTS_UPDATED",
        entitlement_entity(subscription),
        payload,
        parent=subscription.customer.id,
        actor=actor,
    )


def record_subscription(trace: Trace, event_name: str, subscription: Subscription, **more: object) -> None:
    """An event about a subscription, with the subscription as it stands."""
    payload = subscription_payload(subscription, trace.at, **more)
    trace.record(event_name, subscription.entity, payload, parent=subscription.customer.id)


def _change_details(world: World, at: datetime) -> None:
    log = world.log
    customer = log.pick(list(world.customers.values()))
    environment = customer.account.environment
    chance = log.chance()
    if chance < 0.24 and environment == "production":
        trace = log.begin(at, STRIPE)
        customer.metadata = customer.metadata | {"lastInvoice": f"IN-{log.whole(10_000, 99_999)}"}
    elif chance < 0.38 and environment == "production":
        trace = log.begin(at, SALESFORCE)
        customer.crm_id = customer.crm_id or f"0015g00000{log.hexadecimal(8)}"
        customer.metadata = customer.metadata | {"accountOwner": log.pick(("Jonas Lindqvist", "Inés Duarte"))}
        _asked(trace, customer)
    else:
        actor = JONAS if chance < 0.52 else SERVICE if chance < 0.56 else log.pick(BACKENDS)
        trace = log.begin(at, actor, environment)
        customer.metadata = customer.metadata | {"tier": log.pick(("smb", "mid", "enterprise"))}
        _asked(trace, customer)
    trace.record("CUSTOMER_UPDATED", customer.entity, customer_part(customer))


def _asked(trace: Trace, customer: Customer) -> None:
    trace.asked("updateOneCustomer", {"id": customer.id, "metadata": customer.metadata}, {"id": customer.id})


def _sign_up(world: World, account: Account, at: datetime) -> None:
    from_marketplace = account.id.startswith("aws-")
    trace = world.log.begin(at, AWS if from_marketplace else world.log.pick(BACKENDS))
    customer = world.add_customer(account, billing=not from_marketplace)
    subscription = world.add_subscription(customer, account.plan_id, at)
    variables = {"customerId": account.id, "planId": account.plan_id, "billingPeriod": "MONTHLY"}
    trace.asked("provisionCustomer", variables, {"customerId": account.id, "subscriptionId": subscription.id})
    trace.record("CUSTOMER_CREATED", customer.entity, customer_part(customer))
    if not from_marketplace:
        subscription.status = "IN_TRIAL"
        subscription.trial_end = at + timedelta(days=14)
        record_subscription(trace, "SUBSCRIPTION_CREATED", subscription)
        record_subscription(trace, "SUBSCRIPTION_TRIAL_STARTED", subscription)
    else:
        record_subscription(trace, "SUBSCRIPTION_CREATED", subscription)
    record_entitlements(trace, subscription, "subscription_created")


def _upgrade_brightwater(world: World, at: datetime) -> None:
    change_plan(world, world.customers[BRIGHTWATER], "plan-growth", TOMAS, at)


def _move(world: World, at: datetime) -> None:
    log = world.log
    movable = [
        one
        for one in world.customers.values()
        if one.account.plan_id in ("plan-free", "plan-starter", "plan-growth")
        and one.account.sites == 0
        and one.id != BRIGHTWATER
        and one.account.environment == "production"
    ]
    customer = log.pick(movable)
    current = world.of(customer)
    if current is None or current.status != "ACTIVE":
        return
    plan_id = "plan-growth" if current.plan.id == "plan-starter" else "plan-starter"
    change_plan(world, customer, plan_id, log.pick((TOMAS, log.pick(BACKENDS), JONAS)), at)


def change_plan(world: World, customer: Customer, plan_id: str, actor: Actor, at: datetime) -> None:
    """Cancel the running subscription and begin one to another plan; usage of countable things goes along."""
    old = world.of(customer)
    if old is None:
        return
    trace = world.log.begin(at, actor)
    old.status, old.ended = "CANCELED", at
    new = world.add_subscription(customer, plan_id, at)
    new.used = {feature: amount for feature, amount in old.used.items() if feature != API_CALLS.id}
    is_upgrade = new.plan.price > old.plan.price
    trace.asked(
        "provisionSubscription",
        {"customerId": customer.id, "planId": plan_id, "billingPeriod": "MONTHLY"},
        {"status": "SUCCESS", "subscriptionId": new.id},
    )
    record_subscription(trace, "SUBSCRIPTION_CANCELED", old, cancelReason="UpgradeOrDowngrade")
    record_subscription(trace, "SUBSCRIPTION_CREATED", new, isUpgrade=is_upgrade, isDowngrade=not is_upgrade)
    record_entitlements(trace, new, "subscription_created", actor=SYSTEM)


def _buy_seats(world: World, at: datetime) -> None:
    log = world.log
    subscription = log.pick(world.on_plan("plan-growth") + world.on_plan("plan-starter"))
    added = log.whole(1, 5)
    subscription.extra_seats += added
    trace = log.begin(at, TOMAS if log.chance() < 0.4 else log.pick(BACKENDS))
    trace.asked(
        "updateOneSubscription",
        {
            "subscriptionId": subscription.id,
            "addons": [{"addonId": "addon-extra-seats", "quantity": subscription.extra_seats}],
        },
        {"subscriptionId": subscription.id},
    )
    record_subscription(trace, "SUBSCRIPTION_UPDATED", subscription)
    record_entitlements(trace, subscription, "subscription_updated")


def _ask(world: World, at: datetime) -> None:
    customer = world.log.pick(list(world.customers.values()))
    subscription = world.of(customer)
    if subscription is None:
        return
    if world.log.chance() < 0.4:
        trace = world.log.begin(at, Actor(type="APP_PUBLIC", ip_address=f"198.51.100.{world.log.whole(100, 140)}"))
        payload = {"customerId": customer.id, "featureId": API_CALLS.id, "requestedUsage": 1, "askedAt": iso(at)}
        trace.record("ENTITLEMENT_REQUESTED", entitlement_entity(subscription), payload, parent=customer.id)
    check(world, subscription, API_CALLS, 1, at + timedelta(milliseconds=60))


def _import(world: World, at: datetime) -> None:
    log = world.log
    trace = log.begin(at, JONAS)
    task = log.uuid()
    trace.asked("importSubscriptionsBulk", {"count": len(IMPORTED) * 2}, {"taskId": task})
    errors = [
        {
            "line": line,
            "customerId": f"kiln.guild|{900 + line}",
            "message": f"Row {line}: the plan 'plan-hobby-{line % 7}' was not found",
        }
        for line in range(25, 545)
    ]
    job = {"id": task, "taskType": "IMPORT_SUBSCRIPTIONS_BULK", "status": "PARTIALLY_FAILED", "progress": 100}
    counts = {"customersCount": len(IMPORTED), "importErrors": errors}
    entity = Entity(type="IMPORT", id=task, name="kiln-guild.csv")
    trace.record("IMPORT_SUBSCRIPTIONS_BULK_TRIGGERED", entity, job | {"startDate": iso(at)} | counts)
    for account in IMPORTED:
        customer = world.add_customer(account, billing=False)
        subscription = world.add_subscription(customer, account.plan_id, at)
        trace.record("CUSTOMER_CREATED", customer.entity, customer_part(customer), actor=IMPORT)
        payload = subscription_payload(subscription, trace.at)
        trace.record("SUBSCRIPTION_CREATED", subscription.entity, payload, parent=customer.id, actor=IMPORT)
