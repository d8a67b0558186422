"""Registering, finding again, and never twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers import actions, queries
from gongqiao.needs.dossiers.actions import Facts, Identity
from gongqiao.needs.dossiers.models import DossierValue
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data


def test_a_known_number_is_refused_with_its_file(house: House) -> None:
    known = factories.dossier(house)
    again = Identity("韦某", number=known.person.identity)
    with pytest.raises(Refused, match=known.number):
        actions.register(again, Facts(), by=house.zhou)


def test_under_sixteen_is_not_registered_by_anybody(house: House) -> None:
    with pytest.raises(Refused, match="16"):
        actions.register(Identity("梁小", birth=timezone.localdate()), Facts(), by=house.liang)


def test_only_the_name_is_needed(house: House) -> None:
    row = actions.register(Identity("蓝某"), Facts(), by=house.zhou)
    assert (row.week_hours, row.pay_floor, row.person.birth_date) == ("", None, None)


@pytest.mark.parametrize("text", ["覃", "qhm", "thm", "海明", "Y-1001", "1001", "qinhaiming"])
def test_search_finds_by(house: House, text: str) -> None:
    row = factories.dossier(house, "覃海明")
    factories.dossier(house, "陆路")
    assert list(queries.search(house.zhou, text)) == [row]


def test_search_finds_by_the_last_four(house: House) -> None:
    row = factories.dossier(house, phone="15400001234")
    factories.dossier(house, "陆路", phone="15400009876")
    assert list(queries.search(house.zhou, "1234")) == [row]
    assert list(queries.search(house.zhou, row.person.identity)) == [row]


def test_each_value_keeps_its_source_and_the_one_before(house: House) -> None:
    row = factories.dossier(house, values={"pay_floor": 1800})
    actions.update(row, Facts({"pay_floor": 2000}), by=house.mo)
    told = DossierValue.objects.filter(dossier=row, field="pay_floor").order_by("pk")
    assert [(v.value, v.by_id, v.superseded_at is None) for v in told] == [
        (1800, house.zhou.pk, False),
        (2000, house.mo.pk, True),
    ]


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(house: House, people: int) -> None:
    for index in range(people):
        factories.dossier(house, f"韦{index}")
    client = signed_in("zhou")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get("/desk/dossiers/").status_code == 200
    assert len(seen) == 11


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of PostgreSQL depends on its statistics")
@pytest.mark.parametrize(("text", "index"), [("qhm", "person_called"), ("海明", "person_called"), ("1234", "last4")])
def test_search_reads_indexes_only_however_many_files_there_are(house: House, text: str, index: str) -> None:
    plan = queries.search(house.zhou, text).explain()
    reading = [line for line in plan.splitlines() if "SCAN" in line or "people_person" in line or "U0" in line]
    assert index in plan
    assert [line for line in reading if "SCAN" in line and "COVERING INDEX person_called" not in line] == []
