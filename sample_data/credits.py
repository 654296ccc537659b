"""Prepaid tokens: granted, used up, recharged."""

from datetime import datetime, timedelta
from functools import partial

from store import Entity

from .agenda import ROUND_THE_CLOCK, Agenda, spread
from .company import JONAS, MEI, SYSTEM
from .log import Json, Trace, iso
from .world import Customer, World, customer_reference

CURRENCY = {"id": "cred-type-tokens", "name": "AI tokens", "unitLabel": "token"}
CREDIT_CUSTOMERS = ("customer-39c6b5", "customer-e81d70", "customer-1b7fa4", "customer-8cf2e6", "customer-b1f04a")
LOW_SHARE = 0.2


def plan_credits(world: World, agenda: Agenda) -> None:
    """Give some customers tokens on the first day and have them used all month."""
    for customer_id in CREDIT_CUSTOMERS:
        customer = world.customers[customer_id]
        customer.tokens_granted = customer.tokens_left = 5_000
    for time in spread(world.log, 190, ROUND_THE_CLOCK):
        agenda.at(time, partial(_use, world, world.customers[world.log.pick(CREDIT_CUSTOMERS)]))


def _use(world: World, customer: Customer, at: datetime) -> None:
    log = world.log
    was_low = customer.tokens_left <= customer.tokens_granted * LOW_SHARE
    customer.tokens_left = max(0, customer.tokens_left - log.whole(60, 520))
    trace = log.begin(at, SYSTEM)
    _balance(trace, customer, "CREDIT_BALANCE_UPDATED")
    if customer.tokens_left == 0:
        _recharge(world, trace, customer)
    elif not was_low and customer.tokens_left <= customer.tokens_granted * LOW_SHARE:
        _balance(trace, customer, "CREDIT_BALANCE_LOW")
        if log.chance() < 0.3:
            _balance(trace, customer, "CREDITS_BALANCE_LOW_OLD")


def _recharge(world: World, trace: Trace, customer: Customer) -> None:
    log = world.log
    grant = f"cred-grant-{log.hexadecimal(6)}"
    _balance(trace, customer, "CREDIT_GRANT_DEPLETED")
    _balance(trace, customer, "CREDIT_BALANCE_DEPLETED")
    outcome: Json = {
        "configId": log.uuid(),
        "grantId": grant,
        "customerId": customer.id,
        "currencyId": CURRENCY["id"],
        "outcome": "SUCCESS",
        "amount": 5_000,
    }
    entity = Entity(type="CREDIT", id=grant, name="Automatic recharge")
    trace.record("AUTOMATIC_RECHARGE_OPERATION_ATTEMPTED", entity, outcome, parent=customer.id)
    grant_tokens(trace, customer, grant, 5_000, "Automatic recharge", cost=50)
    _balance(trace, customer, "CREDIT_BALANCE_UPDATED")


def grant_tokens(trace: Trace, customer: Customer, grant: str, amount: int, reason: str, cost: int = 0) -> None:
    """A grant of tokens, paid for (`cost` in US dollars) or given."""
    customer.tokens_left += amount
    customer.tokens_granted = customer.tokens_left
    payload: Json = {
        "grantId": grant,
        "customerId": customer.id,
        "currencyId": CURRENCY["id"],
        "displayName": reason,
        "amount": amount,
        "consumedAmount": 0,
        "cost": {"amount": cost, "currency": "usd"},
        "grantType": "PAID" if cost else "PROMOTIONAL",
        "effectiveAt": iso(trace.at),
        "expireAt": iso(trace.at + timedelta(days=365)),
        "priority": 1,
    }
    trace.record("CREDIT_GRANT_CREATED", Entity(type="CREDIT", id=grant, name=reason), payload, parent=customer.id)


def plan_grants(world: World, agenda: Agenda) -> None:
    """Have tokens given away by hand now and then."""
    for time in spread(world.log, 7, ROUND_THE_CLOCK, last=-7):
        agenda.at(time, partial(_give, world))


def _give(world: World, at: datetime) -> None:
    log = world.log
    customer = world.customers[log.pick(CREDIT_CUSTOMERS)]
    trace = log.begin(at, log.pick((JONAS, MEI)))
    grant = f"cred-grant-{log.hexadecimal(6)}"
    trace.asked("createCreditGrant", {"customerId": customer.id, "amount": 500}, {"grantId": grant})
    grant_tokens(trace, customer, grant, 500, "Thank-you tokens")
    _balance(trace, customer, "CREDIT_BALANCE_UPDATED", by_system=True)


def _balance(trace: Trace, customer: Customer, event_name: str, by_system: bool = False) -> None:
    used = customer.tokens_granted - customer.tokens_left
    payload: Json = {
        "customer": customer_reference(customer),
        "creditCurrency": CURRENCY,
        "totalGranted": customer.tokens_granted,
        "remainingBalance": customer.tokens_left,
        "consumedPercentage": round(used * 100 / customer.tokens_granted, 1),
    }
    entity = Entity(type="CREDIT", id=f"{CURRENCY['id']}:{customer.id}", name=CURRENCY["name"])
    trace.record(event_name, entity, payload, parent=customer.id, actor=SYSTEM if by_system else None)
