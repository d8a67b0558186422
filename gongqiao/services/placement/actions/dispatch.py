"""Dispatching a day by the market's published policy, logged whole; and replaying it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.engines.matching import Market, check_plan
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import grounds, snapshot
from gongqiao.services.placement.actions.rounds import Proposal, offer_all
from gongqiao.services.placement.models import DispatchRun
from gongqiao.services.placement.policies import Dispatch, dispatch


@transaction.atomic
def run_day(day: date, *, by: Membership, policy: DispatchPolicy | None = None, seed: str = "") -> DispatchRun:
    """Take the snapshot, apply the policy, offer every pair; input and outcome are kept, so that anybody may replay."""
    check_may(by, Right.DISPATCH)
    policy = policy or DispatchPolicy(by.market.dispatch_policy)
    seed = seed or f"{by.market.code} {day.isoformat()}"
    taken = snapshot.take(by.market, day, moment=clock.now())
    market = taken.market()
    given = dispatch(taken, market, policy, seed)
    broken = check_plan(market, given.pairs)
    if broken:
        raise AssertionError(f"the policy broke a rule: {broken[0]}")
    run: DispatchRun = DispatchRun.objects.create(
        market=by.market,
        day=day,
        policy=policy,
        seed=seed,
        at=clock.now(),
        by=by,
        inputs=taken.pack(),
        inputs_digest=taken.digest(),
        outcome=[list(pair) for pair in given.pairs],
        facts=_facts(taken, given),
    )
    audit.record("dispatch.run", run, by=by, policy=policy.value, pairs=len(given.pairs), inputs=run.inputs_digest)
    refused = _offer_all(run, market, given, by=by)
    if refused:
        run.facts["refused"] = refused
        run.save(update_fields=["facts"])
    return run


def _facts(taken: snapshot.Snapshot, given: Dispatch) -> dict[str, Any]:
    return {"workers": len(taken.workers), "shifts": len(taken.shifts), "pairs": len(given.pairs), "gap": given.gap}


def _offer_all(run: DispatchRun, market: Market, given: Dispatch, *, by: Membership) -> list[list[Any]]:
    """Each pair is offered with its reasons; one that a gate stops is listed with why, never dropped in silence."""
    shifts = Shift.objects.select_related("posting__employer", "market").in_bulk([pair[1] for pair in given.pairs])
    people = Dossier.objects.select_related("person").prefetch_related("certificates")
    dossiers = people.in_bulk([pair[0] for pair in given.pairs])
    proposals = []
    for worker, shift in given.pairs:
        explanation = market.explain(worker, shift)
        said = {**grounds.said_of(explanation), "snapshot": run.inputs_digest}
        proposals.append(Proposal(shifts[shift], dossiers[worker], explanation.score, said))
    refused = offer_all(proposals, by=by, run=run)
    return [[*given.pairs[at], str(refusal)] for at, refusal in refused.items()]


def replay(run: DispatchRun) -> Dispatch:
    """The same snapshot, policy and seed once more; Refused when the stored input was altered."""
    if snapshot.digest_of(bytes(run.inputs)) != run.inputs_digest:
        raise Refused(_("这次派工的底稿被改过，不能重排。"))
    taken = snapshot.Snapshot.unpack(bytes(run.inputs))
    return dispatch(taken, taken.market(), DispatchPolicy(run.policy), run.seed)


def replays_true(run: DispatchRun) -> bool:
    return bool([list(pair) for pair in replay(run).pairs] == run.outcome)
