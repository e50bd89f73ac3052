"""Whatever is done in whatever order: nothing is lost, doubled or made up."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.domain.orders import OrderClass, OrderType, Side, TimeInForce
from brokers.sim.engine import (
    ActivityFilter,
    Exchange,
    ExchangeConfig,
    JournalEntry,
    OrderFilter,
    Rejection,
    ReplaceRequest,
)
from tests.sim.engine.desk import FRIDAY_NOON, order


EVERY = ActivityFilter(page_size=100_000, descending=False)
ALL = OrderFilter(status="all", limit=100_000)
KEYS = ("ALICE", "BOB")
VERBS = {
    "submit": 12,
    "price": 4,
    "release": 1,
    "wait": 5,
    "cancel": 1,
    "replace": 2,
    "close": 1,
    "bust": 1,
    "halt": 1,
}
FORCES = [TimeInForce.DAY] * 4 + [TimeInForce.GTC] * 3 + list(TimeInForce)
KINDS = [OrderType.LIMIT] * 4 + list(OrderType)


class Chance:
    """Random acts, dense enough that orders meet; a seed makes a run."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def acts(self) -> list[tuple]:
        pick, weights = self.random.choices, list(VERBS.values())
        verbs = pick(list(VERBS), weights, k=self.random.randint(10, 70))
        return [(verb, *getattr(self, verb, tuple)()) for verb in verbs]

    def cents(self, near: int = 30) -> Decimal:
        return Decimal(6000 + self.random.randint(-near, near)) / 100

    def key(self) -> str:
        return self.random.choice(KEYS)

    def submit(self) -> tuple:
        return self.key(), self.request()

    def request(self):
        kind, side = self.random.choice(KINDS), self.random.choice(list(Side))
        more = {
            OrderType.MARKET: {},
            OrderType.LIMIT: {"limit_price": self.cents()},
            OrderType.STOP: {"stop_price": self.cents()},
            OrderType.STOP_LIMIT: {
                "stop_price": self.cents(),
                "limit_price": self.cents(),
            },
            OrderType.TRAILING_STOP: {"trail_price": Decimal("0.20")},
        }[kind]
        if self.random.random() < 0.25:
            return self.grouped(kind, side, more)
        if self.random.random() < 0.1:
            return order(side, None, type=kind, notional="333.33", **more)
        quantity = self.random.choice(["1", "7", "10", "40", "0.25"])
        force = self.random.choice(FORCES)
        return order(side, quantity, type=kind, time_in_force=force, **more)

    def grouped(self, kind, side, more):
        group = self.random.choice([OrderClass.BRACKET, OrderClass.OTO, OrderClass.OCO])
        way = -side.sign if group is OrderClass.OCO else side.sign
        stop = 60 - Decimal(self.random.randint(31, 60)) / 100 * way
        target = 60 + Decimal(self.random.randint(31, 60)) / 100 * way
        exits = {"stop_loss_stop_price": stop}
        if group is not OrderClass.OTO:
            exits["take_profit_limit_price"] = target
        if group is OrderClass.OCO:
            kind, more = OrderType.LIMIT, {}
        return order(side, "10", type=kind, order_class=group, **more, **exits)

    def price(self) -> tuple:
        return self.cents(70), self.random.randint(1, 12)

    def wait(self) -> tuple:
        return (self.random.choice([1, 1, 2, 5, 600, 40_000, 90_000]),)

    def cancel(self) -> tuple:
        return self.key(), self.random.randint(0, 9)

    bust = cancel

    def replace(self) -> tuple:
        return (*self.cancel(), self.cents())

    def close(self) -> tuple:
        return (self.key(),)

    def halt(self) -> tuple:
        return (self.random.random() < 0.3,)


RUNS = st.integers(0, 1 << 32).map(lambda seed: Chance(seed).acts())


class Run:
    """Plays a list of acts; what is refused is refused."""

    def __init__(self) -> None:
        self.now = FRIDAY_NOON
        self.exchange = Exchange(ExchangeConfig(seed=3), self.now)
        self.journal: list[str] = []
        self.exchange.journal = lambda entry: self.journal.append(
            json.dumps(entry.to_json())
        )
        self.ids = {key: self.exchange.open_account(key, self.now).id for key in KEYS}
        self.price(Decimal(60), 15)

    def play(self, acts) -> Run:
        for name, *arguments in acts:
            try:
                getattr(self, name)(*arguments)
            except Rejection:
                continue
            finally:
                self.now += timedelta(milliseconds=300)
        return self

    def submit(self, key, request):
        self.exchange.submit(self.ids[key], request, self.now)

    def price(self, price, size):
        self.exchange.force_price("ACME", price, self.now, size=size)

    def release(self):
        self.exchange.release_price("ACME", self.now)

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.exchange.advance(self.now)

    def _open(self, key, place):
        found = self.exchange.orders(self.ids[key], OrderFilter())
        return found[place % len(found)] if found else None

    def cancel(self, key, place):
        if known := self._open(key, place):
            self.exchange.cancel(self.ids[key], known.id, self.now)

    def replace(self, key, place, price):
        if known := self._open(key, place):
            field = "limit_price" if known.limit_price else "stop_price"
            change = ReplaceRequest(**{field: price})
            self.exchange.replace(self.ids[key], known.id, change, now=self.now)

    def close(self, key):
        self.exchange.close_all(self.ids[key], self.now, cancel_orders=True)

    def bust(self, key, place):
        fills = self.fills(key)
        if fills:
            execution = fills[place % len(fills)].execution_id
            self.exchange.trade_bust(self.ids[key], execution, self.now)

    def halt(self, halted):
        act = self.exchange.halt if halted else self.exchange.resume
        act("ACME", self.now)

    def fills(self, key):
        found = self.exchange.activities(self.ids[key], EVERY)
        return [one for one in found if one.type == "FILL"]


def signed(fill) -> Decimal:
    return fill.quantity * fill.side.sign


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_cash_and_holdings_are_the_sum_of_what_stands(acts):
    run = Run().play(acts)
    for key, account_id in run.ids.items():
        cash, held = Decimal(0), defaultdict(Decimal)
        for one in run.exchange.activities(account_id, EVERY):
            if one.net_amount is not None:
                cash += one.net_amount
            elif one.status != "canceled":
                cash -= signed(one) * one.price
                held[one.symbol] += signed(one)
        account = run.exchange.account(account_id)
        assert account.cash == cash, key
        positions = run.exchange.positions(account_id)
        assert {p.symbol: p.quantity for p in positions} == {
            symbol: total for symbol, total in held.items() if total
        }
        worth = sum((p.market_value for p in positions), Decimal(0))
        assert account.equity == cash + worth


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_no_order_overfills_or_trades_beyond_its_limit(acts):
    run = Run().play(acts)
    for key, account_id in run.ids.items():
        orders = {one.id: one for one in run.exchange.orders(account_id, ALL)}
        done = defaultdict(Decimal)
        for fill in run.fills(key):
            known = orders[fill.order_id]
            if known.limit_price is not None:
                assert (known.limit_price - fill.price) * fill.side.sign >= 0
            if fill.status != "canceled":
                done[fill.order_id] += fill.quantity
        for known in orders.values():
            before = orders.get(known.replaces or "")
            carried = before.filled_quantity if before else Decimal(0)
            assert known.filled_quantity == carried + done[known.id]
            assert known.quantity is None or known.filled_quantity <= known.quantity


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_all_or_nothing_is_all_or_nothing_and_nothing_immediate_rests(acts):
    run = Run().play([act for act in acts if act[0] != "bust"])
    for account_id in run.ids.values():
        for known in run.exchange.orders(account_id, ALL):
            if known.time_in_force is TimeInForce.FOK:
                assert known.filled_quantity in {0, known.quantity}
            if known.time_in_force in {TimeInForce.FOK, TimeInForce.IOC}:
                assert known.status in {"filled", "canceled", "accepted", "replaced"}


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_two_exits_never_sell_more_than_their_entry_bought(acts):
    run = Run().play([act for act in acts if act[0] != "bust"])
    for account_id in run.ids.values():
        orders = run.exchange.orders(account_id, ALL)
        final = {one.id: one for one in orders if one.status != "replaced"}
        for known in final.values():
            legs = [one for one in final.values() if one.parent_id == known.id]
            sold = sum((leg.filled_quantity for leg in legs), Decimal(0))
            if known.order_class is OrderClass.BRACKET and legs:
                assert sold <= known.filled_quantity
            if known.order_class is OrderClass.OCO and legs:
                first = known.quantity + sum(leg.filled_quantity for leg in legs)
                assert known.filled_quantity + sold <= first


@given(RUNS)
@settings(max_examples=20, deadline=None)
def test_folding_the_journal_gives_the_same_exchange(acts):
    run = Run().play(acts)
    entries = [JournalEntry.from_json(json.loads(line)) for line in run.journal]
    config = run.exchange.config
    restored = Exchange.restore(config, entries, now=run.exchange.now)
    assert restored.snapshot() == run.exchange.snapshot()
    half = len(entries) // 2
    if half:
        early = Exchange.restore(config, entries[:half]).snapshot()
        resumed = Exchange.restore(
            config,
            entries,
            snapshot=json.loads(json.dumps(early)),
            now=run.exchange.now,
        )
        assert resumed.snapshot() == run.exchange.snapshot()


@given(RUNS, RUNS)
@settings(max_examples=8, deadline=None)
def test_an_exchange_goes_on_after_a_restart_as_if_there_had_been_none(before, after):
    plain, broken = Run().play(before), Run().play(before)
    text = json.dumps(broken.exchange.snapshot())
    hook = broken.exchange.journal
    broken.exchange = Exchange.from_snapshot(plain.exchange.config, json.loads(text))
    broken.exchange.journal = hook
    plain.play(after)
    broken.play(after)
    assert broken.exchange.snapshot() == plain.exchange.snapshot()
    entries = [JournalEntry.from_json(json.loads(line)) for line in broken.journal]
    folded = Exchange.restore(plain.exchange.config, entries, now=plain.exchange.now)
    assert folded.snapshot() == plain.exchange.snapshot()


@given(RUNS)
@settings(max_examples=12, deadline=None)
def test_the_same_acts_at_the_same_instants_give_the_same_bytes(acts):
    assert Run().play(acts).journal == Run().play(acts).journal


@given(RUNS)
@settings(max_examples=12, deadline=None)
def test_it_does_not_matter_in_how_many_steps_time_passes(acts):
    """An hour at once, or in seconds: the same events at the same instants."""
    runs = []
    for step in (3600, 900, 60):
        run = Run().play([act for act in acts if act[0] != "wait"])
        run.exchange.release_price("ACME", run.now)
        start = run.now
        for n in range(3600 // step):
            run.exchange.advance(start + timedelta(seconds=step * (n + 1)))
        runs.append(run.exchange.snapshot())
    assert runs[0]["orders"] == runs[1]["orders"] == runs[2]["orders"]
    assert runs[0]["activities"] == runs[2]["activities"]


def test_neither_entries_nor_a_snapshot_is_no_exchange():
    with pytest.raises(ValueError, match="neither"):
        Exchange.restore(ExchangeConfig(), ())
