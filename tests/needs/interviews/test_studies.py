"""The team alone sees a study (reference 4.7); the code book; what comes out of it."""

import pytest

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.interviews import queries
from gongqiao.needs.interviews.actions import studies, withdrawal
from gongqiao.needs.interviews.actions.studies import StudyFacts
from gongqiao.needs.interviews.actions.talks import Agreed
from gongqiao.needs.interviews.models import ExcerptCode
from tests import factories
from tests.factories import House
from tests.needs.interviews import given

pytestmark = pytest.mark.data
FACTS = StudyFacts("早市", "为", "问什么", "同意书")


def test_only_social_workers_and_managers_start_a_study(house: House) -> None:
    assert studies.start(FACTS, by=house.liang).title == "早市"
    for post in (house.mo, house.shen):
        with pytest.raises(Refused, match="立访谈课题"):
            studies.start(FACTS, by=post)


@pytest.mark.parametrize(
    ("who", "sees"), [("zhou", 1), ("mo", 1), ("luo", 0), ("liang", 0), ("shen", 0), ("system", 0)]
)
def test_list_detail_search_export_count_and_file_are_the_teams_alone(house: House, who: str, sees: int) -> None:
    study = given.study(house)
    talk = given.written(house, given.interview(house, study))
    given.picked(house, talk, 2, given.code(house, study))
    actor = getattr(house, who)
    assert queries.visible_to(actor).count() == sees
    assert queries.talks(actor).filter(pk=talk.pk).count() == sees
    assert queries.listed(actor, study, "早市").count() == sees
    assert sum(len(row.excerpts) for row in queries.findings(actor, study, "四点")) == sees
    assert queries.excerpts(actor).count() == sees
    assert queries.recordings(actor).count() == 0
    assert queries.codes(actor).count() == sees


def test_a_worker_and_an_employer_see_nothing_of_it_not_even_that_they_took_part(house: House) -> None:
    study = given.study(house)
    wei = factories.dossier(house, phone="15400001234")
    boss = employers.give_account(factories.employer(house), name="覃老板", phone="", by=house.mo)
    own = accounts.user_of(wei.person).person.memberships.select_related("market").get()
    given.interview(house, study, person=wei.person)
    assert [queries.talks(post).count() for post in (own, boss)] == [0, 0]


def test_a_manager_outside_the_team_gets_figures_and_an_auditor_none(house: House) -> None:
    study = given.study(house)
    given.interview(house, study)
    given.group(house, study)
    given.planned(house, study)
    [row] = queries.counted(house.liang)
    assert (row.title, row.leads, row.interviews, row.groups, row.waiting) == ("早市的难处", ["周社工"], 1, 1, 1)
    assert (queries.counted(house.shen), queries.counted(house.mo)) == ([], [])


def test_the_other_market_has_no_part_in_it(house: House, other_house: House) -> None:
    study = given.study(house)
    with pytest.raises(Refused, match="不是您所在市场的事"):
        studies.add_code(study, "工钱", "说到工钱", by=other_house.zhou)
    with pytest.raises(Refused, match="他的岗位不做访谈"):
        studies.name_member(study, other_house.mo, by=house.zhou)


def test_leads_name_the_team_and_one_of_them_stays(house: House) -> None:
    study = given.study(house)
    with pytest.raises(Refused, match="负责人来做"):
        studies.name_member(study, house.luo, by=house.mo)
    with pytest.raises(Refused, match="他的岗位不做访谈"):
        studies.name_member(study, house.shen, by=house.zhou)
    with pytest.raises(Refused, match="要留一个负责人"):
        studies.drop_member(study, house.zhou, by=house.zhou)
    with pytest.raises(Refused, match="已经在组里"):
        studies.name_member(study, house.mo, by=house.zhou)
    studies.name_member(study, house.mo, by=house.zhou, lead=True)
    studies.drop_member(study, house.zhou, by=house.mo)
    assert [row.post for row in queries.team(study)] == [house.mo]
    with pytest.raises(Refused, match="不在这个课题组"):
        studies.add_code(study, "工钱", "说到工钱", by=house.zhou)


def test_when_no_lead_works_here_any_more_the_manager_names_one_but_not_himself(house: House) -> None:
    study = given.study(house)
    with pytest.raises(Refused, match="不在这个课题组"):
        studies.name_member(study, house.luo, by=house.liang, lead=True)
    organisations.withdraw(house.zhou, by=house.liang)
    with pytest.raises(Refused, match="不能把自己定进去"):
        studies.name_member(study, house.liang, by=house.liang, lead=True)
    studies.name_member(study, house.mo, by=house.liang, lead=True)
    assert queries.visible_to(house.liang).count() == 0
    assert [row.lead for row in queries.team(study) if row.post == house.mo] == [True]


def test_merged_codes_count_as_one_and_are_taken_apart_again(house: House) -> None:
    study = given.study(house)
    pay, late = given.code(house, study, "工钱"), given.code(house, study, "拖欠")
    talk = given.written(house, given.group(house, study), given.ROUND)
    given.picked(house, talk, 2, pay, late)
    given.picked(house, talk, 3, late)
    studies.merge_code(late, pay, by=house.mo)
    [found] = queries.findings(house.mo, study)
    assert (found.code, len(found.excerpts), found.persons) == (pay, 2, 2)
    with pytest.raises(Refused, match="已经算作它了"):
        studies.merge_code(pay, late, by=house.mo)
    with pytest.raises(Refused, match="先拆开"):
        studies.merge_code(late, given.code(house, study, "别的"), by=house.mo)
    studies.split_code(late, by=house.mo)
    assert [(row.code, len(row.excerpts)) for row in queries.findings(house.mo, study)][:2] == [(late, 2), (pay, 1)]
    assert ExcerptCode.objects.count() == 3
    with pytest.raises(Refused, match="没有并到"):
        studies.split_code(late, by=house.mo)


def test_a_code_stands_once_in_the_book(house: House) -> None:
    study = given.study(house)
    given.code(house, study, "工钱")
    with pytest.raises(Refused, match="已经有“工钱”"):
        given.code(house, study, "工钱")
    with pytest.raises(Refused, match="什么话算这个编码"):
        studies.add_code(study, "路", " ", by=house.mo)


def test_a_person_is_counted_once_however_often_he_was_talked_with(house: House) -> None:
    study = given.study(house)
    code = given.code(house, study)
    wei = factories.dossier(house).person
    for _each in range(2):
        talk = given.written(house, given.interview(house, study, person=wei))
        given.picked(house, talk, 2, code)
        given.picked(house, talk, 3, code)
    [found] = queries.findings(house.mo, study)
    assert (found.persons, found.talks, len(found.excerpts)) == (1, 2, 4)


def test_others_are_heard_before_anybody_speaks_twice(house: House) -> None:
    study = given.study(house)
    code = given.code(house, study)
    talk = given.written(house, given.group(house, study), "P1：一。\nP1：二。\nP2：三。")
    for line in (1, 2, 3):
        given.picked(house, talk, line, code)
    [found] = queries.findings(house.mo, study)
    assert [row.text for row in found.voices(2)] == ["一。", "三。"]
    assert [row.text for row in found.voices(9)] == ["一。", "三。", "二。"]


def test_only_who_agreed_is_quoted_and_under_his_label(house: House) -> None:
    study = given.study(house)
    code = given.code(house, study)
    talk = given.written(house, given.interview(house, study))
    silent = given.written(house, given.interview(house, study, agreed=Agreed(notes=True)))
    mine = given.picked(house, talk, 5, code, hide="腰")
    other = given.picked(house, silent, 2, code)
    [found] = queries.findings(house.mo, study)
    [quote] = queries.quotes(found.quotable)
    assert (quote.words, quote.whose) == ("P1的某某不行了，打 〔号码〕 也没人接。", "访谈 1 · P1")
    with pytest.raises(Refused, match="没有同意引用"):
        queries.quotes([mine, other])
    withdrawal.withdraw(given.participant(talk), by=house.mo)
    assert queries.findings(house.mo, study)[0].quotable == []
