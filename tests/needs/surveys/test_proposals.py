"""Nothing a survey says writes a dossier directly."""

from datetime import timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.surveys.actions import proposals, review
from gongqiao.needs.surveys.enums import Conflict, ProposalState, SubmissionState
from gongqiao.needs.surveys.models import DossierProposal
from tests import factories
from tests.factories import JIANPAN, WULITING, House
from tests.needs.surveys import given

pytestmark = pytest.mark.data
HOUR = timedelta(hours=1)


def _states(dossier: Dossier) -> dict[str, tuple[str, str]]:
    return {row.field: (row.conflict, row.state) for row in DossierProposal.objects.filter(dossier=dossier)}


def test_a_wish_of_his_own_is_taken_and_says_where_it_comes_from(house: House) -> None:
    asked = clock.now() - timedelta(days=2)
    with clock.held_at(asked - HOUR):
        wei = factories.dossier(house, values={"pay_floor": 1500})
    answer = given.answered(house, wei, ended=asked)
    proposals.propose(answer, wei, {"pay_floor": 1800, "note": "不许写的", "travel": ""})
    assert proposals.apply_by_policy(answer, by=house.mo) == 1
    wei.refresh_from_db()
    value = DossierValue.objects.get(dossier=wei, field="pay_floor", superseded_at=None)
    assert (wei.pay_floor, value.source, value.by_id) == (1800, Source.SURVEY, house.mo.pk)
    assert value.as_of == asked.astimezone(house.market.tz).date()
    assert [row.submission for row in value.proposals.all()] == [answer]
    assert _states(wei) == {"pay_floor": (Conflict.SOFT, ProposalState.APPLIED)}
    assert AuditEvent.objects.filter(action="survey.proposal_applied").count() == 1


def test_a_field_that_is_looked_at_first_waits(house: House) -> None:
    wei = factories.dossier(house)
    answer = given.answered(house, wei)
    proposals.propose(answer, wei, {"concerns": ["unpaid"], "home": JIANPAN, "languages": ["普通话"]})
    assert proposals.apply_by_policy(answer, by=house.mo) == 1
    assert _states(wei) == {
        "concerns": (Conflict.NONE, ProposalState.PENDING),
        "home": (Conflict.SOFT, ProposalState.PENDING),
        "languages": (Conflict.NONE, ProposalState.APPLIED),
    }
    wei.refresh_from_db()
    assert (wei.home_id, wei.concerns, wei.languages) == (WULITING, [], ["普通话"])


def test_changed_meanwhile_is_a_hard_conflict_and_a_person_decides(house: House) -> None:
    asked = clock.now() - timedelta(days=1)
    with clock.held_at(asked - HOUR):
        wei = factories.dossier(house, values={"pay_floor": 1500})
    dossiers.update(wei, Facts({"pay_floor": 2000}), by=house.zhou)
    answer = given.answered(house, wei, ended=asked)
    (row,) = proposals.propose(answer, wei, {"pay_floor": 1800})
    assert (row.conflict, row.base.value if row.base else None) == (Conflict.HARD, 1500)
    assert proposals.apply_by_policy(answer, by=house.mo) == 0
    wei.refresh_from_db()
    assert wei.pay_floor == 2000
    with pytest.raises(Refused, match="为什么"):
        proposals.refuse(row, " ", by=house.zhou)
    proposals.apply(row, by=house.zhou)
    wei.refresh_from_db()
    assert wei.pay_floor == 1800
    with pytest.raises(Refused):
        proposals.refuse(row, "晚了", by=house.zhou)


def test_the_same_word_again_makes_the_value_fresh(house: House) -> None:
    with clock.held_at(clock.now() - timedelta(days=80)):
        wei = factories.dossier(house, values={"pay_floor": 1500})
    answer = given.answered(house, wei)
    proposals.propose(answer, wei, {"pay_floor": 1500, "home": WULITING})
    assert proposals.apply_by_policy(answer, by=house.mo) == 2
    today = clock.now().astimezone(house.market.tz).date()
    current = DossierValue.objects.filter(dossier=wei, superseded_at=None, field__in=["pay_floor", "home"])
    assert {(row.field, row.as_of) for row in current} == {("pay_floor", today), ("home", today)}


def test_a_newer_answer_overtakes_what_waits_and_a_late_one_does_not(house: House) -> None:
    wei = factories.dossier(house)
    now = clock.now()
    old, new, late = (given.answered(house, wei, ended=now + hours * HOUR) for hours in (1, 2, 0))
    proposals.propose(old, wei, {"concerns": ["unpaid"]})
    proposals.propose(new, wei, {"concerns": ["injury"]})
    proposals.propose(late, wei, {"concerns": ["deposit"]})
    told = DossierProposal.objects.filter(dossier=wei).order_by("submission_id").values_list("state", flat=True)
    assert list(told) == [ProposalState.SUPERSEDED, ProposalState.PENDING, ProposalState.PENDING]


def test_only_a_named_colleague_who_did_not_ask_reviews(house: House) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    answer = given.answered(house, wei)
    proposals.propose(answer, wei, {"pay_floor": 1800})
    for nobody in (house.mo, house.luo, house.shen):
        with pytest.raises(Refused):
            review.review(answer, SubmissionState.APPROVED, by=nobody)
    review.review(answer, SubmissionState.APPROVED, by=house.liang)
    wei.refresh_from_db()
    assert (answer.state, wei.pay_floor) == (SubmissionState.APPROVED, 1800)


def test_what_is_not_used_proposes_nothing(house: House) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    answer = given.answered(house, wei)
    proposals.propose(answer, wei, {"pay_floor": 1800})
    with pytest.raises(Refused, match="为什么"):
        review.review(answer, SubmissionState.REJECTED, by=house.liang)
    review.review(answer, SubmissionState.REJECTED, note="是同事替答的", by=house.liang)
    wei.refresh_from_db()
    assert wei.pay_floor == 1500
    assert _states(wei) == {"pay_floor": (Conflict.SOFT, ProposalState.REFUSED)}


def test_another_market_can_neither_apply_nor_review(house: House, other_house: House) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    answer = given.answered(house, wei)
    (row,) = proposals.propose(answer, wei, {"pay_floor": 1800})
    with pytest.raises(Refused, match="不是您所在市场"):
        proposals.apply(row, by=other_house.zhou)
    with pytest.raises(Refused, match="不是您所在市场"):
        review.review(answer, SubmissionState.APPROVED, by=other_house.liang)
