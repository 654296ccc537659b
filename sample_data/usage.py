"""Customers use what they have: measurements, warnings at the limit, and refusals past it."""

from datetime import datetime
from functools import partial

from store import Actor, Entity

from .agenda import FIRST_DAY, ROUND_THE_CLOCK, Agenda, moment, spread
from .company import (
    API_CALLS,
    BACKENDS,
    BRIGHTWATER,
    EXPORTS,
    HEAVY_USERS,
    SCOPED_KEY,
    SEATS,
    STAGING_BACKEND,
    SYSTEM,
    WORKSPACES,
    Feature,
)
from .log import Trace
from .world import Customer, Subscription, World, entitlements_payload, feature_part, running, usage_payload

REPORTS = 1_480
DEVICES = "tidewater@prod|eu.1"
"""The customer whose devices report at all hours, so that the last quarter of an hour never is empty."""

MOST_CALLS = {"plan-free": 8, "plan-starter": 45, "plan-growth": 14, "plan-scale": 1_600}


def plan_usage(world: World, agenda: Agenda) -> None:
    """Have usage reported all month, by busy customers more often."""
    busy = [customer for customer in world.customers.values() for _ in range(customer.account.weight)]
    for time in spread(world.log, REPORTS, ROUND_THE_CLOCK):
        agenda.at(time, partial(_report_any, world, world.log.pick(busy)))
    for day in range(FIRST_DAY, 1):
        minutes = {0: range(0, 24 * 60, 7), -1: (*range(0, 23 * 60, 240), *range(23 * 60, 24 * 60, 7))}
        for minute in minutes.get(day, range(world.log.whole(0, 60), 24 * 60, 240)):
            time = moment(day, 0, minute, world.log.whole(0, 59), world.log.whole(0, 999))
            agenda.at(time, partial(_report_devices, world))
        agenda.at(moment(day, 7, 31, 12, world.log.whole(0, 999)), partial(_report_brightwater, world))


def _report_devices(world: World, at: datetime) -> None:
    subscription = world.of(world.customers[DEVICES])
    if subscription:
        report(world, subscription, API_CALLS, world.log.whole(90, 260), at)


def _report_brightwater(world: World, at: datetime) -> None:
    subscription = world.of(world.customers[BRIGHTWATER])
    if subscription and subscription.plan.id == "plan-growth":
        report(world, subscription, API_CALLS, world.log.whole(340, 420), at)


def _report_any(world: World, customer: Customer, at: datetime) -> None:
    log = world.log
    own = [one for one in world.subscriptions if one.customer is customer and running(one)]
    if not own:
        return
    subscription = own[0] if log.chance() < 0.45 else log.pick(own)
    chance = log.chance()
    if chance < 0.48:
        most = MOST_CALLS[subscription.plan.id]
        if customer.id in HEAVY_USERS and not subscription.resource:
            most = 70
        report(world, subscription, API_CALLS, log.whole(1, most), at)
    elif chance < 0.74:
        report(world, subscription, EXPORTS, log.whole(1, 4), at)
    else:
        feature = SEATS if chance < 0.9 else WORKSPACES
        used = subscription.used.get(feature.id, 0)
        report(world, subscription, feature, 1 if used < 1 or log.chance() < 0.6 else -1, at)


def report(world: World, subscription: Subscription, feature: Feature, change: int, at: datetime) -> None:
    """One report of usage, or, past the limit, the refusal of it."""
    subscription.enter_period(at)
    limit = subscription.limit(feature)
    used = subscription.used.get(feature.id, 0)
    if change > 0 and limit is not None and used + change > limit and (used, feature.id) in subscription.told:
        check(world, subscription, feature, change, at)
        return
    customer = subscription.customer
    environment = customer.account.environment
    trace = world.log.begin(at, _caller(world, environment), environment)
    subscription.used[feature.id] = used + change
    trace.asked(
        "reportUsage",
        {"customerId": customer.id, "featureId": feature.id, "resourceId": subscription.resource, "value": change},
        {"currentUsage": used + change, "usageLimit": limit},
    )
    payload = usage_payload(subscription, feature, at)
    measurement = Entity(type="MEASUREMENT", id=world.log.uuid(), name=feature.name)
    trace.record("MEASUREMENT_REPORTED", measurement, {"currentChange": change} | payload, parent=customer.id)
    warn(subscription, feature, trace)
    if feature.meter == "FLUCTUATING":
        trace.record(
            "ENTITLEMENTS_UPDATED",
            entitlement_entity(subscription),
            entitlements_payload(subscription, trace.at, "usage_reported"),
            parent=customer.id,
        )


def warn(subscription: Subscription, feature: Feature, trace: Trace) -> None:
    """Say once for each amount of usage that it has reached the limit."""
    limit = subscription.limit(feature)
    used = subscription.used.get(feature.id, 0)
    if limit is None or used < limit:
        return
    subscription.told.add((used, feature.id))
    trace.record(
        "ENTITLEMENT_USAGE_EXCEEDED",
        entitlement_entity(subscription),
        {"thresholdPercentage": 100} | usage_payload(subscription, feature, trace.at),
        parent=subscription.customer.id,
        actor=SYSTEM,
    )


def check(world: World, subscription: Subscription, feature: Feature, requested: int, at: datetime) -> None:
    """A customer's own app asks whether so much may be used, and is told yes or no."""
    log, customer = world.log, subscription.customer
    limit = subscription.limit(feature)
    granted = limit is None or subscription.used.get(feature.id, 0) + requested <= limit
    signed = log.chance() < 0.5
    browser = Actor(
        type="APP_CUSTOMER" if signed else "APP_PUBLIC",
        id=customer.id if signed else None,
        ip_address=f"198.51.100.{20 + len(customer.account.mailbox) * 3}",
    )
    trace = log.begin(at, browser, customer.account.environment)
    payload = {
        "customerId": customer.id,
        "resourceId": subscription.resource,
        "featureId": feature.id,
        "feature": feature_part(feature),
        "requestedUsage": requested,
        "currentUsage": subscription.used.get(feature.id, 0),
        "usageLimit": limit,
        "isGranted": granted,
        "accessDeniedReason": None if granted else "RequestedUsageExceedingLimit",
    }
    entity = entitlement_entity(subscription)
    trace.record("ENTITLEMENT_GRANTED" if granted else "ENTITLEMENT_DENIED", entity, payload, parent=customer.id)


def entitlement_entity(subscription: Subscription) -> Entity:
    """The entity of entitlement events: what the customer may use, under the customer's id."""
    return Entity(type="ENTITLEMENT", id=subscription.customer.id, name=subscription.customer.account.name)


def _caller(world: World, environment: str) -> Actor:
    if environment == "staging":
        return STAGING_BACKEND
    return SCOPED_KEY if world.log.chance() < 0.02 else world.log.pick(BACKENDS)
