"""The clock and the bank: trials end, months roll over, cards are declined, syncs fail."""

from datetime import datetime, timedelta
from functools import partial

from store import Actor, Entity

from .agenda import FIRST_DAY, OFFICE, ROUND_THE_CLOCK, Agenda, moment, spread
from .company import BACKENDS, SCHEDULER, STRIPE, SYSTEM, WORKFLOW_MORE
from .customers import record_entitlements, record_subscription
from .log import Json
from .world import Subscription, World, customer_reference, running, subscription_payload

NIGHT_HOUR = 2
"""The hour (UTC) at which the scheduler does its daily work."""

DECLINED = 30
REFUSED = 34
SYNC_FAILURES = 26
SYNC_ERRORS = (
    "No such price in the billing account",
    "The customer has no default payment method",
    "Rate limit of the vendor reached, giving up after 5 attempts",
    "Tax location of the customer is not recognised",
)


def plan_billing(world: World, agenda: Agenda) -> None:
    """Have the scheduler work every night, and payments, provisionings and syncs fail now and then."""
    log = world.log
    for day in range(FIRST_DAY, 1):
        agenda.at(moment(day, NIGHT_HOUR, 0, 4, log.whole(0, 999)), partial(_nightly, world, agenda))
    for time in spread(log, DECLINED, ROUND_THE_CLOCK):
        agenda.at(time, partial(_decline, world, agenda))
    for time in spread(log, REFUSED, ROUND_THE_CLOCK):
        agenda.at(time, partial(_refuse, world))
    for time in spread(log, SYNC_FAILURES, ROUND_THE_CLOCK):
        agenda.at(time, partial(_fail_to_sync, world))
    for time in spread(log, 6, OFFICE):
        agenda.at(time, partial(_extend_trial, world))


def _nightly(world: World, agenda: Agenda, at: datetime) -> None:
    """The scheduler's round: what ends today, and what ends in a week."""
    step = at
    for subscription in list(world.subscriptions):
        if subscription.customer.account.environment != "production" or subscription.resource:
            continue
        trial_end = subscription.trial_end
        if subscription.status == "IN_TRIAL" and trial_end:
            days_left = (trial_end.date() - at.date()).days
            if days_left == 7:
                record_subscription(world.log.begin(step, SCHEDULER), "SUBSCRIPTION_TRIAL_ENDS_SOON", subscription)
            elif days_left <= 0:
                _end_trial(world, subscription, step)
        elif subscription.status == "ACTIVE" and subscription.plan.price:
            subscription.enter_period(at)
            if (subscription.period + timedelta(days=30)).date() == at.date():
                _announce_renewal(world, subscription, step)
                agenda.at(subscription.period + timedelta(days=30), partial(_renew, world, subscription))
        step += timedelta(milliseconds=world.log.whole(0, 260))


def _end_trial(world: World, subscription: Subscription, at: datetime) -> None:
    trace = world.log.begin(at, SCHEDULER)
    subscription.trial_end = None
    if world.log.chance() < 0.5:
        subscription.status = "ACTIVE"
        record_subscription(trace, "SUBSCRIPTION_TRIAL_CONVERTED", subscription, reason="TRIAL_ENDED")
    else:
        subscription.status, subscription.ended = "EXPIRED", at
        record_subscription(trace, "SUBSCRIPTION_TRIAL_EXPIRED", subscription)
        record_subscription(trace, "SUBSCRIPTION_EXPIRED", subscription)
        free = world.add_subscription(subscription.customer, "plan-free", at)
        record_subscription(trace, "SUBSCRIPTION_CREATED", free)
        subscription = free
    record_entitlements(trace, subscription, "trial_ended")


def _announce_renewal(world: World, subscription: Subscription, at: datetime) -> None:
    period = subscription_payload(subscription, at)
    month = {
        "currentBillingMonthStart": period["currentBillingPeriodStart"],
        "currentBillingMonthEnd": period["currentBillingPeriodEnd"],
    }
    record_subscription(world.log.begin(at, SCHEDULER), "SUBSCRIPTION_BILLING_MONTH_ENDS_SOON", subscription, **month)


def _renew(world: World, subscription: Subscription, at: datetime) -> None:
    """The bill of a new month is paid."""
    if not running(subscription):
        return
    trace = world.log.begin(at, STRIPE)
    record_subscription(trace, "SUBSCRIPTION_UPDATED", subscription)
    record_entitlements(trace, subscription, "billing_period_renewed", actor=SYSTEM)


def _decline(world: World, agenda: Agenda, at: datetime) -> None:
    paying = [one for one in world.on_plan("plan-growth") + world.on_plan("plan-starter") if not one.resource]
    subscription = world.log.pick(paying)
    customer = subscription.customer
    trace = world.log.begin(at, STRIPE)
    code, message = world.log.pick(
        (
            ("card_declined", "The card was declined"),
            ("expired_card", "The card has expired"),
            ("insufficient_funds", "The card has insufficient funds"),
        )
    )
    payload: Json = {
        "customer": customer_reference(customer),
        "subscription": {"id": subscription.id, "status": subscription.status},
        "originatingEventId": f"evt_{world.log.hexadecimal(14)}",
        "error": {"code": code, "message": message},
    }
    trace.record("CUSTOMER_PAYMENT_FAILED", customer.entity, payload)
    record_subscription(trace, "SUBSCRIPTION_UPDATED", subscription, paymentCollection="FAILED")
    if world.log.chance() < 0.8:
        later = at + timedelta(minutes=world.log.whole(30, 200))
        agenda.at(later, partial(_collect, world, subscription))


def _collect(world: World, subscription: Subscription, at: datetime) -> None:
    """The second attempt to charge the card works."""
    record_subscription(world.log.begin(at, STRIPE), "SUBSCRIPTION_UPDATED", subscription)


def _refuse(world: World, at: datetime) -> None:
    """A provisioning that fails: the only event of its trace, with the error that was answered."""
    log = world.log
    customer = log.pick(list(world.customers.values()))
    plan_id, code, message = log.pick(
        (
            ("plan-hobby", "PlanNotFound", "Plan was not found"),
            ("plan-growth", "StripeError", "The payment method could not be attached"),
            ("plan-growth", "BadUserInput", "billingPeriod must be MONTHLY or ANNUALLY"),
            ("plan-scale", "RateLimitExceeded", "Too many requests, try again later"),
        )
    )
    environment = customer.account.environment
    signed_in = Actor(type="APP_CUSTOMER", id=customer.id, ip_address=f"198.51.100.{log.whole(150, 190)}")
    trace = log.begin(at, signed_in if log.chance() < 0.2 else log.pick(BACKENDS), environment)
    variables = {"customerId": customer.id, "planId": plan_id, "billingPeriod": "MONTHLY"}
    trace.refused("provisionSubscription", variables, code, message)
    trace.record(
        "CREATE_SUBSCRIPTION_FAILED",
        Entity(type="SUBSCRIPTION"),
        {"input": variables, "error": message},
        parent=customer.id,
    )


def _fail_to_sync(world: World, at: datetime) -> None:
    subscription = world.log.pick(world.on_plan("plan-growth"))
    fail_sync(world, subscription, world.log.pick(SYNC_ERRORS), at)


def fail_sync(world: World, subscription: Subscription, error: str, at: datetime) -> None:
    """A subscription that could not be written to the billing system."""
    trace = world.log.begin(at, SYSTEM)
    payload = {"error": error, "id": subscription.id, "entityType": "SUBSCRIPTION", "vendorIdentifier": "stripe"}
    trace.record("SYNC_FAILED", subscription.entity, payload, parent=subscription.customer.id)


def _extend_trial(world: World, at: datetime) -> None:
    """A workflow gives a trial three more days."""
    log = world.log
    trials = [one for one in world.subscriptions if one.status == "IN_TRIAL" and one.trial_end]
    if not trials:
        return
    subscription = log.pick(trials)
    if subscription.trial_end:
        subscription.trial_end += timedelta(days=3)
    trace = log.begin(at, Actor(type="WORKFLOW", more=WORKFLOW_MORE % log.whole(90_000, 99_999)))
    record_subscription(trace, "SUBSCRIPTION_UPDATED", subscription)
