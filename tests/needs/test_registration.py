"""Registering many at once: the rows and events of the counter, each entry judged for itself."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.consent.models import ConsentRecord, Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import actions
from gongqiao.needs.dossiers.actions import Certified, Entry, Facts, Identity
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue, Skill
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
BORN = date(1975, 3, 2)


def entry(name: str, number: str = "", **facts: Any) -> Entry:
    return Entry(Identity(name, number=number, seen=bool(number)), Facts(**facts))


def test_all_when_some_are_refused_then_the_others_are_registered_in_their_order(house: House) -> None:
    known = factories.dossier(house)
    number = factories.identity_number(BORN)
    made = actions.register_all(
        [
            entry("韦一", number, skills={"loader": 2}),
            entry("韦二", known.person.identity),
            entry("韦三", number),
            entry("韦四", "450299197503020000"),
            entry("韦五", skills={"no_such_trade": 1}),
            Entry(Identity("韦六", birth=timezone.localdate()), Facts()),
            entry(" "),
            entry("韦八", certificates=(Certified("health:food"),), values={"pay_floor": 2000}),
        ],
        by=house.zhou,
        source=Source.SHEET,
        agreed=[Purpose.MATCHING],
    )
    assert [str(each.person) if isinstance(each, Dossier) else str(each)[:12] for each in made] == [
        "韦一",
        f"这个人已经登记过，档案号 {known.number}"[:12],
        "这个身份证号在这一批里写了两次。"[:12],
        "身份证号最后几位是 000，多半是表格丢了位数"[:12],
        "没有“no_such_trade”"[:12],
        "未满 16 周岁，不能登记找活"[:12],
        "姓名不能空着。",
        "韦八",
    ]
    first, last = made[0], made[-1]
    assert isinstance(first, Dossier)
    assert isinstance(last, Dossier)
    assert last.file_no == first.file_no + 1 == known.file_no + 2
    assert Person.objects.filter(name__in=["韦二", "韦三", "韦四", "韦五", "韦六"]).count() == 0


def test_one_and_many_leave_the_same_rows_and_a_whole_chain(house: House) -> None:
    facts: dict[str, Any] = {"values": {"pay_floor": 1800}, "skills": {"loader": 2, "packer": None}}
    one = actions.register(Identity("韦一"), Facts(**facts), by=house.zhou, agreed=[Purpose.MATCHING])
    (many,) = actions.register_all(
        [entry("韦二", **facts)], by=house.zhou, source=Source.DESK, agreed=[Purpose.MATCHING]
    )
    assert isinstance(many, Dossier)

    def left(row: Dossier) -> list[object]:
        events = AuditEvent.objects.filter(on_behalf_of__endswith=str(row.person_id)).values_list("action", flat=True)
        return [
            list(
                DossierValue.objects.filter(dossier=row)
                .exclude(field="name")
                .values_list("field", "value", "source", "by")
            ),
            list(Skill.objects.filter(dossier=row).order_by("trade").values_list("trade", "level")),
            Membership.objects.filter(person=row.person, role=Role.WORKER).count(),
            ConsentRecord.objects.filter(person=row.person).count(),
            list(events),
        ]

    assert left(one) == left(many)
    assert verify(house.market.code).fault == ""


def test_a_person_of_another_market_is_the_same_person_here(house: House, other_house: House) -> None:
    number = factories.identity_number(BORN)
    here = actions.register(Identity("韦一", number=number), Facts(), by=house.zhou)
    with scope(market=other_house.market):
        there = actions.register(Identity("韦一", number=number), Facts(), by=other_house.zhou)
    assert here.person_id == there.person_id


def test_queries_do_not_grow_with_the_people(house: House) -> None:
    def asked(names: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            actions.register_all(
                [entry(name, skills={"loader": 1}) for name in names],
                by=house.zhou,
                source=Source.SHEET,
                agreed=[Purpose.MATCHING],
            )
        return len(queries)

    assert asked(["韦一"]) == asked([f"韦{number}" for number in range(40)])


def test_nobody_without_the_right_registers_a_sheet(house: House) -> None:
    with pytest.raises(Refused):
        actions.register_all([entry("韦一")], by=house.shen, source=Source.SHEET)
    assert Dossier.objects.count() == 0
