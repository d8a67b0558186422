"""The steps of a day from two sheets: found a market, bring them in, verify, dispatch, and make the book."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django_scopes import scope

from gongqiao.channels.spreadsheet import actions as sheets
from gongqiao.channels.spreadsheet import previews
from gongqiao.channels.spreadsheet.daysheets import Sources
from gongqiao.channels.spreadsheet.enums import Kind, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch, ImportedRow
from gongqiao.config.day.steps import Steps
from gongqiao.foundation import clock
from gongqiao.foundation.audit.chain import verify as verify_chain
from gongqiao.foundation.consent import texts
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets import actions as markets
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.regions import load
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import daybook
from gongqiao.services.placement.actions import dispatch
from gongqiao.services.placement.daybook import Daybook

HOTLINE = "12333"  # the labour hotline stands in for the number that a sheet does not tell
EVENING = time(18)  # when a day's papers are made, unless said otherwise: the evening before


@dataclass(frozen=True)
class Order:
    """What is asked for. `at` is the moment the papers speak of; the same order gives the same papers."""

    workers: Path
    postings: Path
    day: date
    policy: DispatchPolicy = DispatchPolicy.QUEUE
    seed: str = ""
    verified_by: str = ""
    method: Method = Method.PHONE
    region: str = "450200000000"
    name: str = "零工驿站"
    at: datetime | None = None
    agreed: bool = False


@dataclass(frozen=True)
class Trouble:
    """A line of what has to be corrected: in which file, where, how bad, what."""

    file: str
    cell: str
    severity: str
    message: str


@dataclass(frozen=True)
class Day:
    """All that the papers are made of."""

    order: Order
    moment: datetime
    workers: ImportBatch
    postings: ImportBatch
    book: Daybook
    sources: Sources
    troubles: list[Trouble]
    replayed: bool
    chain_fault: str


def run(order: Order, steps: Steps) -> Day:
    """The whole day. SheetError when a sheet cannot be read at all; nothing is written outside the database."""
    files = {kind: path.read_bytes() for kind, path in _files(order)}
    with steps.step("行政区划 regions"), transaction.atomic():
        load.load(within=order.region.rstrip("0"))
        texts.load()
    moment = order.at or datetime.combine(order.day - timedelta(days=1), EVENING, Market().tz)
    with clock.held_at(moment), transaction.atomic():
        market, clerk, verifier = _house(order)
        with scope(market=market):
            workers = _bring_in(Kind.WORKERS, order.workers, files[Kind.WORKERS], clerk, order, steps)
            demand = _bring_in(Kind.POSTINGS, order.postings, files[Kind.POSTINGS], clerk, order, steps)
            with steps.step("核实 verify"):
                unverified = _verify(order, verifier)
            with steps.step("派工 dispatch"):
                done = dispatch.run_day(order.day, by=verifier or clerk, policy=order.policy, seed=order.seed)
            with steps.step("为什么 reasons"):
                book = daybook.of(done, by=verifier or clerk)
            with steps.step("重排核对 replay"):
                replayed, fault = dispatch.replays_true(done), verify_chain(market.code).fault
            sources = Sources(_worker_rows(workers), _shift_rows(demand, files[Kind.POSTINGS]))
            troubles = [*_troubles(workers), *_troubles(demand), *_not_verified(demand, unverified)]
    return Day(order, moment, workers, demand, book, sources, troubles, replayed, fault)


def _files(order: Order) -> Iterator[tuple[Kind, Path]]:
    yield Kind.WORKERS, order.workers
    yield Kind.POSTINGS, order.postings


def _house(order: Order) -> tuple[Market, Membership, Membership | None]:
    """A market of this run alone, the clerk who brings the sheets in, and the specialist who answers for the demand."""
    market = markets.found(code="day", name=order.name, phone=HOTLINE, region_id=order.region, city_id=order.region)
    with scope(market=market):
        system = organisations.open_house(market, order.name)
        clerk = organisations.give_post(market, by=system, title="表格导入", role=Role.SPECIALIST)
        verifier = None
        if order.verified_by:
            verifier = organisations.give_post(market, by=system, title=order.verified_by, role=Role.SPECIALIST)
    return market, clerk, verifier


def _bring_in(kind: Kind, path: Path, content: bytes, clerk: Membership, order: Order, steps: Steps) -> ImportBatch:
    with steps.step(f"读表 read {path.name}"):
        batch = sheets.preview(by=clerk, kind=kind, filename=path.name, content=content)
    with steps.step(f"登记 register {path.name}"):
        sheets.confirm(batch, by=clerk, agreed=order.agreed)
    return batch


def _verify(order: Order, verifier: Membership | None) -> dict[int, str]:
    """By posting, why it is not verified. Nobody named: nothing is verified, and nothing will be matched."""
    waiting = Posting.objects.filter(state=PostingState.SUBMITTED).select_related(
        "employer__organisation", "market", "entered_by", "region"
    )
    if verifier is None:
        return dict.fromkeys(waiting.values_list("pk", flat=True), "没有写是谁核实的（--verified-by），没核实的不派。")
    left = {}
    for posting in waiting.prefetch_related("shifts").order_by("pk"):
        try:
            postings.verify(
                posting, by=verifier, method=order.method, note=f"{verifier.title}对这张表负责（--verified-by）"
            )
        except Refused as refusal:
            left[posting.pk] = str(refusal)
    return left


def _worker_rows(batch: ImportBatch) -> dict[int, int]:
    made = batch.items.filter(outcome=Outcome.MADE).values_list("thing", "row")
    return {int(thing.split(":")[1]): row for thing, row in made}


def _shift_rows(batch: ImportBatch, content: bytes) -> dict[int, int]:
    """The line of each shift: the items of the sheet in their order against the shifts in theirs."""
    parsed = previews.read_postings(batch.market, batch.filename, content, batch.at)
    lines: dict[int, int] = {}
    for posting, item in _posting_items(batch):
        shifts = Shift.objects.filter(posting=posting).order_by("pk").values_list("pk", flat=True)
        lines.update(zip(shifts, parsed.items[item.row].rows, strict=True))
    return lines


def _posting_items(batch: ImportBatch) -> Iterator[tuple[int, ImportedRow]]:
    for item in batch.items.filter(thing__startswith="postings."):
        yield int(item.thing.split(":")[1]), item


def _troubles(batch: ImportBatch) -> Iterator[Trouble]:
    shown = previews.Preview.unpack(batch.preview)
    for finding in shown.findings:
        yield Trouble(batch.filename, finding.cell, finding.severity.value, finding.message)
    for item in batch.items.filter(outcome__in=[Outcome.REFUSED, Outcome.DRAFT]).order_by("row"):
        yield Trouble(batch.filename, str(item.row), "error", item.note)


def _not_verified(batch: ImportBatch, unverified: dict[int, str]) -> Iterator[Trouble]:
    for posting, item in _posting_items(batch):
        if posting in unverified:
            yield Trouble(batch.filename, str(item.row), "error", unverified[posting])


def severities(troubles: list[Trouble]) -> Counter[str]:
    return Counter(trouble.severity for trouble in troubles)
