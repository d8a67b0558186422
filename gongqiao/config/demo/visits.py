"""Visits to the demo's employers with the visit form: most say what is registered, some want something else; part of it
is decided, part waits, one collides with what a colleague wrote meanwhile."""

import random
from datetime import date, datetime, time, timedelta

from gongqiao.config.demo.surveys import filled
from gongqiao.engines.xforms import Form
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Channel, Subject
from gongqiao.needs.surveys.forms import EMPLOYER_DEMAND
from gongqiao.services.demand import actions
from gongqiao.services.demand.facts import FACTS
from gongqiao.services.demand.models import PostingProposal
from gongqiao.services.placement.models import Assignment

VISITED = 12
PURPOSE = "知道各家现在还要不要人、要什么样的人，登记的跟着改，派去的人不白跑（演示）。"
CONSENT = "我同意驿站把我说的记下来，用来给我招人。"
TOOK, OUT_OF_NET = timedelta(minutes=9), timedelta(minutes=20)
USUAL_FEN = 18000


def visit(market: Market, staff: dict[str, Membership], today: date, seed: int) -> int:
    """Through the real actions, on the morning of `today`; returns how many answered."""
    rng, author = random.Random(f"{seed}/visits"), staff["zhou"]
    with clock.held_at(_at(market, today, 6)):
        version = publishing.add_version(Draft(EMPLOYER_DEMAND, Subject.EMPLOYER), by=author)
        publishing.publish(version, by=author)
        facts = CampaignFacts("用工需求走访（演示）", PURPOSE, CONSENT)
        campaign = fieldwork.start_campaign(facts, [staff["liang"], author], by=author)
        fieldwork.open_wave(campaign, version, today, today + timedelta(days=30), by=author)
        fieldwork.run(campaign, by=author)
    form, asked = reading.form_of(version), _to_see(_at(market, today + timedelta(days=1), 0))
    for index, posting in enumerate(asked):
        at = _at(market, today, 7) + index * timedelta(minutes=10)
        by = staff[("mo", "luo")[index % 2]]
        with clock.held_at(at):
            actions.set_out(posting.employer, by=by)
            if index == len(asked) - 1:
                break  # he is still on his way
        _answered(form, posting, _changed(posting, index, rng), at, by, late=index == 1)
        if index == 0:
            _decided(posting, staff, at)
    return len(asked) - 1


def _to_see(after: datetime) -> list[Posting]:
    """One posting an employer that is open, ahead, and has nobody on it: what changes here takes nobody's work."""
    taken = Assignment.objects.values("shift__posting")
    rows = Posting.objects.filter(
        state=PostingState.OPEN, verified_until__gt=after, shifts__starts_at__gt=after
    ).exclude(pk__in=taken)
    found: dict[int, Posting] = {}
    for row in rows.select_related("employer", "market").distinct().order_by("pk"):
        found.setdefault(row.employer_id, row)
    return list(found.values())[:VISITED]


def _changed(posting: Posting, index: int, rng: random.Random) -> dict[str, str]:
    """What he says: every third as it was, the others one or two things anew, one needs nobody, one has new work."""
    shift = posting.shifts.order_by("starts_at", "pk")[0]
    pay = (posting.pay_fen or USUAL_FEN) // 100
    told = {"consent": "yes", "how": rng.choice(("visit", "phone")), "role": "owner"}
    which = {"posting_no": str(posting.pk)}
    if index % 3 == 2:
        return {**told, "still": "same", **which}
    if index == 4:
        return {**told, "still": "ended", **which, "ended_why": "filled"}
    more = str(shift.headcount + rng.randrange(1, 3))
    if index == 6:
        return {**told, "still": "new", "trade": "loader", "headcount": more, "pay_unit": "day", "pay": str(pay)}
    wants = {"headcount": more, "pay_unit": posting.pay_unit, "pay": str(round(pay * 1.05) + 1)}
    if index % 2:
        return {**told, "still": "changed", **which, **wants}
    hours = {"begins": "07:30", "ends": "16:30", "rest": "60"}
    return {**told, "still": "changed", **which, "headcount": wants["headcount"], **hours}


def _answered(form: Form, posting: Posting, said: dict[str, str], at: datetime, by: Membership, *, late: bool) -> None:
    """`late`: the phone is out of the net, and a colleague corrects the pay before the answer comes in."""
    ended, arrived = at + TOOK, at + TOOK + (OUT_OF_NET if late else timedelta())
    content = filled(form, lambda: said, at, ended, seed=posting.pk)
    if late:
        with clock.held_at(ended + OUT_OF_NET / 2):
            postings.change(posting, {"pay_fen": (posting.pay_fen or USUAL_FEN) + 500}, by=by)
    with clock.held_at(arrived):
        delivery = Delivery(content, channel=Channel.COLLECT, device="collect:demo", employer=posting.employer)
        intake.receive(delivery, by=by)


def _decided(posting: Posting, staff: dict[str, Membership], at: datetime) -> None:
    """The first is taken over and verified again by a colleague, so that it is open once more."""
    with clock.held_at(at + timedelta(minutes=30)):
        rows = PostingProposal.objects.filter(posting=posting).select_related("submission", "posting")
        for row in sorted(rows, key=lambda each: list(FACTS).index(each.field)):
            actions.apply(row, by=staff["mo"])
        fresh = Posting.objects.select_related("employer__organisation", "market", "entered_by").get(pk=posting.pk)
        if fresh.state == PostingState.SUBMITTED:
            postings.verify(fresh, by=staff["luo"], method=Method.PHONE, note="走访以后又打电话核实过")


def _at(market: Market, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), market.tz)
