"""What an interview says reaches a file as a value, by its field's policy or by another colleague; the words stay."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.interviews.actions import withdrawal
from gongqiao.needs.interviews.models import Excerpt
from gongqiao.needs.surveys.actions import heard, proposals
from gongqiao.needs.surveys.enums import Conflict, ProposalState
from gongqiao.needs.surveys.models import DossierProposal
from tests import factories
from tests.factories import House
from tests.needs.interviews import given

pytestmark = pytest.mark.data
NIGHTS = {"free_parts": "weekday_night weekend_night"}


def said(house: House, dossier: Dossier | None = None, **facts: object) -> Excerpt:
    """One excerpt of a talk with somebody."""
    study = given.study(house)
    person = dossier.person if dossier else None
    talk = given.written(house, given.interview(house, study, person=person, **facts))  # type: ignore[arg-type]
    return given.picked(house, talk, 2, given.code(house, study))


def value(dossier: Dossier, field: str) -> DossierValue | None:
    return DossierValue.objects.filter(dossier=dossier, field=field, superseded_at=None).first()


def test_a_wish_is_written_with_the_interview_as_its_source(house: House) -> None:
    wei = factories.dossier(house)
    excerpt = said(house, wei)
    (row,) = heard.propose_heard(excerpt, NIGHTS, agreed=True, by=house.mo)
    row.refresh_from_db()
    wei.refresh_from_db()
    now = value(wei, "week_hours")
    assert (row.state, row.became, row.submission, row.made_by) == (ProposalState.APPLIED, now, None, house.mo)
    assert now is not None
    assert (now.source, now.value, now.by) == (Source.INTERVIEW, wei.week_hours, house.mo)
    assert wei.week_hours == "00001f" * 7
    event = AuditEvent.objects.get(action="talk.proposed")
    assert (event.detail["fields"], excerpt.text in str(event.detail)) == (["week_hours"], False)


def test_what_a_policy_holds_back_waits_for_another_colleague(house: House) -> None:
    wei = factories.dossier(house)
    (row,) = heard.propose_heard(said(house, wei), {"concerns": "unpaid"}, agreed=True, by=house.mo)
    assert (row.state, heard.waiting(wei)) == (ProposalState.PENDING, [row])
    with pytest.raises(Refused, match="请别的同事看"):
        proposals.apply(row, by=house.mo, seen="")
    proposals.apply(row, by=house.luo, seen="")
    wei.refresh_from_db()
    assert (wei.concerns, heard.waiting(wei)) == (["unpaid"], [])


def test_what_somebody_changed_after_the_talk_is_a_conflict(house: House) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    excerpt = said(house, wei)
    with clock.held_at(clock.now() + timedelta(minutes=5)):
        dossiers.update(wei, Facts({"pay_floor": 1800}), by=house.luo)
        (row,) = heard.propose_heard(excerpt, {"pay_floor_yuan": "16"}, agreed=True, by=house.mo)
        assert (row.conflict, row.state) == (Conflict.HARD, ProposalState.PENDING)
        with pytest.raises(Stale):
            proposals.apply(row, by=house.luo, seen="")
        proposals.refuse(row, "他刚说过 18", by=house.luo)
    assert (row.state, heard.waiting(wei)) == (ProposalState.REFUSED, [])


@pytest.mark.parametrize(
    ("words", "agreed", "why"),
    [(NIGHTS, False, "先问他本人"), ({}, True, "请写他说的"), ({"free_parts": "moon"}, True, "请写他说的")],
)
def test_not_without_his_yes_and_not_without_a_fact(
    house: House, words: dict[str, str], agreed: bool, why: str
) -> None:
    excerpt = said(house, factories.dossier(house))
    with pytest.raises(Refused, match=why):
        heard.propose_heard(excerpt, words, agreed=agreed, by=house.mo)
    assert DossierProposal.objects.count() == 0


def test_not_by_whoever_is_outside_the_team_and_not_of_somebody_unknown(house: House) -> None:
    known, unknown = said(house, factories.dossier(house)), said(house)
    with pytest.raises(Refused, match="不在这个课题组"):
        heard.propose_heard(known, NIGHTS, agreed=True, by=house.luo)
    with pytest.raises(Refused, match="不知道他是谁"):
        heard.propose_heard(unknown, NIGHTS, agreed=True, by=house.mo)
    heard.propose_heard(known, NIGHTS, agreed=True, by=house.mo)
    with pytest.raises(Refused, match="已经提过了"):
        heard.propose_heard(known, NIGHTS, agreed=True, by=house.mo)


def test_taking_it_back_blanks_what_waits_and_leaves_what_was_written(house: House) -> None:
    wei = factories.dossier(house)
    excerpt = said(house, wei)
    words = {"concerns": "unpaid", "pay_floor_yuan": "20"}
    heard.propose_heard(excerpt, words, agreed=True, by=house.mo)
    withdrawal.withdraw(given.participant(excerpt.transcript.talk), by=house.zhou)
    rows = {row.field: (row.state, row.value) for row in DossierProposal.objects.all()}
    assert rows == {"concerns": (ProposalState.REFUSED, None), "pay_floor": (ProposalState.APPLIED, 2000)}
    excerpt.refresh_from_db()
    with pytest.raises(Refused, match="撤回了"):
        heard.propose_heard(excerpt, NIGHTS, agreed=True, by=house.mo)
    wei.refresh_from_db()
    assert wei.pay_floor == 2000


def test_a_proposal_has_one_source(house: House) -> None:
    wei = factories.dossier(house)
    (row,) = heard.propose_heard(said(house, wei), NIGHTS, agreed=True, by=house.mo)
    for facts in ({"excerpt": None}, {"made_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DossierProposal.objects.filter(pk=row.pk).update(**facts)
