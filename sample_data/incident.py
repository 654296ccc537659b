"""The story a demo can tell: a plan is published with a wrong limit, customers are cut off, one of them complains.

Six days ago at 09:00 UTC Dana Whitfield publishes version 8 of the plan Growth to all customers. It should have given
five seats more; it also cuts API calls from 10,000 to 1,000 a month. Brightwater Analytics complains the next morning,
support looks, Jonas Lindqvist grants an exception. Two days after the mistake Priya Raman publishes version 9.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from store import Actor, Entity

from .agenda import ROUND_THE_CLOCK, Agenda, moment, spread
from .billing import fail_sync
from .catalogue import promotion_payload
from .company import (
    API_CALLS,
    BRIGHTWATER,
    DANA,
    HEAVY_USERS,
    JONAS,
    MIGRATION,
    PRIYA,
    PRODUCT_ID,
    SEATS,
    SUPPORT,
    SYSTEM,
)
from .credits import grant_tokens
from .customers import record_entitlements
from .log import Json, Trace, iso
from .usage import check, report
from .world import Subscription, World, customer_part, plan_entity, plan_payload, resource_part, subscription_payload

RIGHT_LIMIT = 10_000
WRONG_LIMIT = 1_000
BATCH = 24
"""How many subscriptions a migration moves at once; those of a batch share their times."""


def plan_incident(world: World, agenda: Agenda) -> None:
    """Have it all happen on its days and hours."""
    agenda.at(moment(-6, 9), partial(_publish, world, DANA, {SEATS.id: 30, API_CALLS.id: WRONG_LIMIT}))
    for number in range(9):
        time = moment(-6, 9, 6 + number * 2, 11, 37 * number)
        agenda.at(time, partial(_fail_to_sync, world, number))
    for time in spread(world.log, 90, ROUND_THE_CLOCK, first=-6, last=-4):
        if time > moment(-6, 9, 10):
            agenda.at(time, partial(_go_on, world, world.log.pick(HEAVY_USERS)))
    agenda.at(moment(-6, 9, 40, 12, 660), partial(_go_on, world, BRIGHTWATER))
    for number in range(9):
        agenda.at(moment(-6, 9, 41 + number % 3 * 6, number * 5, 118), partial(_try, world))
    agenda.at(moment(-5, 8, 12, 40, 906), partial(_try, world))
    agenda.at(moment(-5, 8, 55, 12, 331), partial(_open_case, world))
    agenda.at(moment(-5, 9, 20, 47, 250), partial(_support_looks, world))
    agenda.at(moment(-5, 10, 5, 3, 618), partial(_grant_exception, world, agenda))
    agenda.at(moment(-5, 10, 11, 30, 77), partial(_try, world))
    agenda.at(moment(-4, 13, 30, 0, 142), partial(_publish, world, PRIYA, {API_CALLS.id: RIGHT_LIMIT}))
    agenda.at(moment(-4, 14, 10, 21, 544), partial(_resync, world))
    agenda.at(moment(-1, 9, 30, 18, 702), partial(_close_case, world))


def _publish(world: World, actor: Actor, limits: dict[str, int | None], at: datetime) -> None:
    """A new version of Growth for all customers: one trace, in which every subscription is moved to it."""
    plan = world.plans["plan-growth"]
    plan.version += 1
    plan.limits |= limits
    moved = world.on_plan(plan.id)
    task = world.log.uuid()
    trace = world.log.begin(at, actor)
    trace.asked("publishPlan", {"id": plan.id, "migrationType": "ALL_CUSTOMERS"}, {"id": plan.id, "taskId": task})
    trace.record("PLAN_UPDATED", plan_entity(plan), plan_payload(plan), parent=PRODUCT_ID)
    package: Json = {"packageRefId": plan.id, "packageType": "Plan", "packageVersion": plan.version}
    entity = Entity(type="PACKAGE", id=plan.id, name=plan.name)
    trace.record("PACKAGE_PUBLISHED", entity, package | {"migrationType": "ALL_CUSTOMERS"}, parent=PRODUCT_ID)
    job: Json = {"id": task, "taskType": "SUBSCRIPTION_MIGRATION", "affectedCustomersCount": len(moved), **package}
    started = job | {"status": "PENDING", "progress": 0, "startDate": iso(at), "endDate": None}
    trace.record("SUBSCRIPTIONS_MIGRATION_TRIGGERED", plan_entity(plan), started, parent=PRODUCT_ID)
    for batch in _batches(moved):
        trace.wait(world.log.whole(9_000, 16_000))
        _move_batch(world, trace, batch)
    done = {"status": "COMPLETED", "progress": 100, "migratedCustomersCount": len(moved), "endDate": iso(trace.at)}
    trace.record("SUBSCRIPTIONS_MIGRATED", plan_entity(plan), started | done, parent=PRODUCT_ID, actor=MIGRATION)


def _batches(subscriptions: list[Subscription]) -> Iterator[list[Subscription]]:
    for start in range(0, len(subscriptions), BATCH):
        yield subscriptions[start : start + BATCH]


def _move_batch(world: World, trace: Trace, batch: list[Subscription]) -> None:
    begun = trace.at
    for subscription in batch:
        subscription.version = subscription.plan.version
        subscription.limits = dict(subscription.plan.limits)
        trace.at = begun
        payload = subscription_payload(subscription, trace.at)
        parent = subscription.customer.id
        trace.record("SUBSCRIPTION_UPDATED", subscription.entity, payload, parent=parent, actor=MIGRATION)
    for subscription in batch:
        customer = subscription.customer
        payload = {"customerId": customer.id, "resource": resource_part(subscription), "trigger": "migration"}
        kind = "CUSTOMER_RESOURCE" if subscription.resource else "CUSTOMER"
        trace.record(f"{kind}_ENTITLEMENT_CALCULATION_TRIGGERED", customer.entity, payload, actor=SYSTEM)
        record_entitlements(trace, subscription, "subscription_updated", actor=SYSTEM)


def _fail_to_sync(world: World, number: int, at: datetime) -> None:
    subscriptions = world.on_plan("plan-growth")
    subscription = subscriptions[(number * 19) % len(subscriptions)]
    fail_sync(world, subscription, "No such price in the billing account", at)


def _try(world: World, at: datetime) -> None:
    """Brightwater's own app asks for what it always had."""
    check(world, _brightwater(world), API_CALLS, 60, at)


def _go_on(world: World, customer_id: str, at: datetime) -> None:
    """A busy customer of Growth reports as usual."""
    subscription = world.of(world.customers[customer_id])
    if subscription:
        report(world, subscription, API_CALLS, world.log.whole(5, 40), at)


def _brightwater(world: World) -> Subscription:
    subscription = world.of(world.customers[BRIGHTWATER])
    if subscription is None:
        raise LookupError("Brightwater has no running subscription")
    return subscription


def _open_case(world: World, at: datetime) -> None:
    note = "API calls refused since yesterday, contract says 10,000 a month"
    _note(world, {"openCase": "CASE-20817", "caseNote": note}, at)


def _note(world: World, metadata: Json, at: datetime) -> None:
    customer = _brightwater(world).customer
    customer.metadata = customer.metadata | metadata
    trace = world.log.begin(at, JONAS)
    trace.asked("updateOneCustomer", {"id": customer.id, "metadata": customer.metadata}, {"id": customer.id})
    trace.record("CUSTOMER_UPDATED", customer.entity, customer_part(customer))


def _support_looks(world: World, at: datetime) -> None:
    """Support has the entitlements worked out again: it is the plan that says 1,000."""
    subscription = _brightwater(world)
    trace = world.log.begin(at, SUPPORT)
    payload: Json = {"customerId": subscription.customer.id, "reason": "CASE-20817", "requestedBy": "Rowan Ellis"}
    trace.record("RECALCULATE_ENTITLEMENTS_TRIGGERED", subscription.customer.entity, payload)
    trace.wait(850)
    record_entitlements(trace, subscription, "recalculated")


def _grant_exception(world: World, agenda: Agenda, at: datetime) -> None:
    subscription = _brightwater(world)
    customer = subscription.customer
    promotion = promotion_payload(world, subscription, API_CALLS.id, RIGHT_LIMIT, at, 7)
    entity = Entity(type="PROMOTIONAL_ENTITLEMENT", id=promotion["id"], name=API_CALLS.name)
    subscription.promotions[API_CALLS.id] = RIGHT_LIMIT
    trace = world.log.begin(at, JONAS)
    wanted = {"featureId": API_CALLS.id, "usageLimit": RIGHT_LIMIT, "endDate": promotion["endDate"]}
    trace.asked(
        "grantPromotionalEntitlements",
        {"customerId": customer.id, "promotionalEntitlements": [wanted]},
        {"id": promotion["id"]},
    )
    trace.record("PROMOTIONAL_ENTITLEMENT_GRANTED", entity, promotion, parent=customer.id)
    record_entitlements(trace, subscription, "promotional_entitlement_granted", actor=SYSTEM)
    agenda.at(moment(-1, 9, 15, 44, 29), partial(_revoke_exception, world, entity, promotion))


def _revoke_exception(world: World, entity: Entity, promotion: Json, at: datetime) -> None:
    subscription = _brightwater(world)
    del subscription.promotions[API_CALLS.id]
    customer = subscription.customer
    trace = world.log.begin(at, JONAS)
    variables = {"customerId": customer.id, "featureId": API_CALLS.id}
    trace.asked("revokePromotionalEntitlement", variables, {"id": promotion["id"]})
    revoked = promotion | {"status": "Expired", "endDate": iso(at)}
    trace.record("PROMOTIONAL_ENTITLEMENT_REVOKED", entity, revoked, parent=customer.id)
    record_entitlements(trace, subscription, "promotional_entitlement_revoked", actor=SYSTEM)


def _resync(world: World, at: datetime) -> None:
    trace = world.log.begin(at, PRIYA)
    trace.asked("resyncIntegration", {"vendorIdentifier": "STRIPE"}, {"status": "ACCEPTED"})
    trace.record("RESYNC_INTEGRATION_TRIGGERED", None, {"vendorIdentifier": "STRIPE", "reason": "Growth version 9"})


def _close_case(world: World, at: datetime) -> None:
    _note(world, {"openCase": None, "closedCase": "CASE-20817", "caseNote": "Growth version 8 was wrong"}, at)
    customer = _brightwater(world).customer
    trace = world.log.begin(at.replace(minute=34), JONAS)
    grant = f"cred-grant-{world.log.hexadecimal(6)}"
    trace.asked("createCreditGrant", {"customerId": customer.id, "amount": 1_000}, {"grantId": grant})
    grant_tokens(trace, customer, grant, 1_000, "Our apology")
