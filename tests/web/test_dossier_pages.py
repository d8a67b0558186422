"""The file on the screen: registering, its page, its small forms, its history, two files of one human."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill
from gongqiao.web.desk.forms import DossierForm
from gongqiao.web.desk.templatetags.event_words import EVENTS
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

QUERIES = 29
NOBODY = {"name": "韦建国", "channel": "none"}


@pytest.fixture
def zhou(house: House) -> Client:
    return signed_in("zhou")


def do(client: Client, row: Dossier, act: str, **fields: Any) -> int:
    return client.post(f"/desk/dossiers/{row.pk}/do/{act}/", {"source": "self", **fields}).status_code


def test_at_most_twelve_fields_must_be_filled_and_two_are(house: House) -> None:
    form = DossierForm(market=house.market)
    assert [name for name, field in form.fields.items() if field.required] == ["name", "channel"]


def test_a_walk_in_with_nothing_but_a_name_is_registered(house: House, zhou: Client) -> None:
    answer = zhou.post("/desk/register/", NOBODY, follow=True)
    row = Dossier.objects.get()
    assert answer.redirect_chain == [(f"/desk/dossiers/{row.pk}/", 302)]
    assert "暂缺" in answer.content.decode()


def test_everything_he_says_is_kept_in_his_words(house: House, zhou: Client) -> None:
    said = {
        **NOBODY,
        "number": factories.identity_number(date(1975, 3, 2)),
        "seen": "on",
        "home_id": factories.WULITING,
        "trade": "loader",
        "level": "2",
        "preferred": "装卸工、打包工",
        "languages": "桂柳话，壮话",
        "free_days": ["0", "1"],
        "free_parts": ["morning"],
        "max_km": "6.5",
        "pay_floor": "18.50",
        "agreed": "on",
    }
    answer = zhou.post("/desk/register/", said)
    assert answer.status_code == 302, answer.content.decode()
    row = Dossier.objects.get()
    assert (row.preferred, row.languages, row.max_distance_m, row.pay_floor) == (
        ["loader", "packer"],
        ["桂柳话", "壮话"],
        6500,
        1850,
    )
    page = zhou.get(f"/desk/dossiers/{row.pk}/").content.decode()
    for words in ("桂柳话、壮话", "周一到周二 上午", "18.50 元一小时", "6.5 公里", "看过证件", "周社工", "51 岁"):
        assert words in page, words
    assert row.person.identity not in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"number": "450299197503020000"}, "身份证号"),
        ({"preferred": "太空人"}, "没有“太空人”这个工种"),
        ({"phone": "123"}, "手机号"),
        ({"birth": timezone.localdate().isoformat()}, "16"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(house: House, zhou: Client, wrong: Any, says: str) -> None:
    answer = zhou.post("/desk/register/", {**NOBODY, **wrong})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert 'value="韦建国"' in answer.content.decode()
    assert Dossier.objects.count() == 0


def test_whoever_looks_like_somebody_here_is_shown_first_and_saved_on_a_second_word(house: House, zhou: Client) -> None:
    known = factories.dossier(house, phone="15400001234")
    answer = zhou.post("/desk/register/", {**NOBODY, "name": "韦某", "phone": "15400001234"})
    assert (answer.status_code, known.number in answer.content.decode()) == (422, True)
    assert Dossier.objects.count() == 1
    zhou.post("/desk/register/", {**NOBODY, "name": "韦某", "phone": "15400001234", "another": "1"})
    assert Dossier.objects.count() == 2


def test_a_known_number_is_refused_even_on_a_second_word(house: House, zhou: Client) -> None:
    known = factories.dossier(house)
    answer = zhou.post("/desk/register/", {**NOBODY, "number": known.person.identity, "another": "1"})
    assert (answer.status_code, known.number in answer.content.decode()) == (422, True)


def form_of(client: Client, row: Dossier) -> dict[str, Any]:
    form = client.get(f"/desk/dossiers/{row.pk}/edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    plain = {name: bound.prepare_value(fields[name]) for name, bound in form.fields.items()}
    return {name: value for name, value in plain.items() if value not in (None, False)}


def test_saving_a_file_that_nobody_changed_changes_nothing(house: House, zhou: Client) -> None:
    odd = hours.to_hex((hours.mask(7, 9), 0, hours.mask(20, 23), 0, 0, 0, hours.FULL_DAY))
    row = factories.dossier(
        house,
        phone="15400001234",
        values={
            "week_hours": odd,
            "pay_floor": 1850,
            "max_distance_m": 6800,
            "languages": ["壮话"],
            "preferred": ["loader"],
        },
    )
    before = DossierValue.objects.count()
    answer = zhou.post(f"/desk/dossiers/{row.pk}/edit/", form_of(zhou, row), follow=True)
    assert "没有什么要改的" in answer.content.decode()
    row.refresh_from_db()
    assert (row.week_hours, DossierValue.objects.count()) == (odd, before)


def test_only_what_was_typed_anew_counts_as_said_today(house: House, zhou: Client) -> None:
    row = factories.dossier(house, phone="15400001234", values={"pay_floor": 1850, "channel": "phone"})
    fields = {**form_of(zhou, row), "pay_floor": "20", "name": "韦建果"}
    assert zhou.post(f"/desk/dossiers/{row.pk}/edit/", fields).status_code == 302
    anew = DossierValue.objects.filter(superseded_at=None, pk__gt=DossierValue.objects.filter(field="channel").get().pk)
    assert sorted(anew.filter(field__in=["pay_floor", "name", "channel", "phone"]).values_list("field", "value")) == [
        ("name", "韦建果"),
        ("pay_floor", 2000),
    ]
    row.refresh_from_db()
    assert (row.pay_floor, row.person.name, row.person.phone) == (2000, "韦建果", "15400001234")


def test_a_tab_left_open_does_not_undo_what_another_wrote(house: House, zhou: Client) -> None:
    row = factories.dossier(house, values={"pay_floor": 1850})
    old = form_of(zhou, row)
    zhou.post(f"/desk/dossiers/{row.pk}/edit/", {**form_of(zhou, row), "pay_floor": "22"})
    answer = zhou.post(f"/desk/dossiers/{row.pk}/edit/", {**old, "note": "早班"})
    assert (answer.status_code, "有人改过" in answer.content.decode()) == (422, True)
    row.refresh_from_db()
    assert (row.pay_floor, row.note) == (2200, "")


def test_a_birth_date_put_right_to_under_sixteen_is_written_and_said_aloud(house: House, zhou: Client) -> None:
    row = factories.dossier(house, birth=None)
    young = timezone.localdate() - timedelta(days=15 * 365)
    fields = {**form_of(zhou, row), "birth": young.isoformat(), "pay_floor": "20"}
    page = zhou.post(f"/desk/dossiers/{row.pk}/edit/", fields, follow=True).content.decode()
    row = Dossier.objects.select_related("person").get(pk=row.pk)
    assert (row.person.birth_date, row.state, row.pay_floor) == (young, "paused", 2000)
    assert "手上的活都收回了" in page
    assert "未满 16 岁，不能找活" in page
    assert zhou.post(f"/desk/dossiers/{row.pk}/do/resume/").status_code == 409
    assert Dossier.objects.get(pk=row.pk).state == "paused"


def test_an_edit_that_is_refused_keeps_the_other_half_back_too(house: House, zhou: Client) -> None:
    known, row = factories.dossier(house, "陆大海"), factories.dossier(house, birth=None)
    fields = {**form_of(zhou, row), "number": known.person.identity, "note": "改了"}
    answer = zhou.post(f"/desk/dossiers/{row.pk}/edit/", fields)
    assert (answer.status_code, known.number in answer.content.decode()) == (422, True)
    assert Dossier.objects.get(pk=row.pk).note == ""


def test_each_small_form_does_its_one_thing(house: House, zhou: Client) -> None:
    row, day = factories.dossier(house), timezone.localdate() + timedelta(days=2)
    assert do(zhou, row, "skill", trade="打包工", level="1", evidence="seen") == 302
    assert Skill.objects.filter(trade="packer", level=1, evidence="seen", source="self").count() == 1
    assert do(zhou, row, "drop-skill", trade="packer") == 302
    assert Skill.objects.filter(trade="packer").count() == 0
    assert (
        do(zhou, row, "certificate", kind="health:food", number="H1", expires_on="2027-01-01", evidence="seen") == 302
    )
    assert Certificate.objects.get().number == "H1"
    assert do(zhou, row, "drop-certificate", kind="health:food") == 302
    assert do(zhou, row, "day", day=day.isoformat(), parts=["morning"], note="收甘蔗") == 302
    assert DayHours.objects.get().hours == hours.mask(5, 12)
    assert "收甘蔗" in zhou.get(f"/desk/dossiers/{row.pk}/").content.decode()
    assert do(zhou, row, "clear-day", day=day.isoformat()) == 302
    assert do(zhou, row, "agree", purpose="matching") == 302
    assert do(zhou, row, "withdraw", purpose="matching") == 302
    assert Dossier.objects.get().state == State.PAUSED
    assert do(zhou, row, "resume") == 409
    assert (Certificate.objects.count(), DayHours.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("skill", {"trade": "太空人", "evidence": "said"}),
        ("skill", {}),
        ("certificate", {"kind": "no:such", "evidence": "said"}),
        ("day", {"day": "2020-01-01"}),
        ("day", {"day": "x"}),
        ("clear-day", {"day": "x"}),
        ("agree", {"purpose": "everything"}),
        ("confirm", {"field": "identity"}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(house: House, zhou: Client, act: str, fields: Any) -> None:
    row = factories.dossier(house)
    before = AuditEvent.objects.filter(chain="yufeng").count()
    assert do(zhou, row, act, **fields) == 409
    assert AuditEvent.objects.filter(chain="yufeng").count() == before


def test_an_act_nobody_knows_is_not_there(house: House, zhou: Client) -> None:
    assert do(zhou, factories.dossier(house), "explode") == 404


def test_a_stale_value_says_so_and_one_button_makes_it_fresh(house: House, zhou: Client) -> None:
    row = factories.dossier(house, values={"pay_floor": 1800})
    DossierValue.objects.filter(field="pay_floor").update(fresh_until=timezone.localdate() - timedelta(days=1))
    path = f"/desk/dossiers/{row.pk}/"
    assert "该再问一次" in zhou.get(path).content.decode()
    assert do(zhou, row, "confirm", field="pay_floor") == 302
    assert "该再问一次" not in zhou.get(path).content.decode()


def test_merging_shows_both_first_and_is_taken_apart_again(house: House, zhou: Client) -> None:
    kept, spare = (
        factories.dossier(house, phone="15400001234"),
        factories.dossier(house, birth=None, phone="15400001234"),
    )
    path = f"/desk/dossiers/{spare.pk}/merge/"
    assert kept.number in zhou.get(path).content.decode()
    assert "是同一个人，并" in zhou.get(path, {"into": kept.number}).content.decode()
    assert Dossier.objects.get(pk=spare.pk).state == State.ACTIVE
    assert zhou.post(path, {"into": "Y-9999"}).status_code == 422
    assert zhou.post(path, {"into": kept.number})["Location"] == f"/desk/dossiers/{kept.pk}/"
    assert zhou.get(f"/desk/dossiers/{spare.pk}/")["Location"] == f"/desk/dossiers/{kept.pk}/"
    assert spare.number in zhou.get(f"/desk/dossiers/{kept.pk}/").content.decode()
    assert do(zhou, kept, "unmerge", spare=spare.pk) == 302
    assert zhou.get(f"/desk/dossiers/{spare.pk}/").status_code == 200
    assert do(zhou, kept, "unmerge", spare=spare.pk) == 404


def test_the_history_says_who_said_and_who_looked(house: House, zhou: Client) -> None:
    row = factories.dossier(house, values={"pay_floor": 1800})
    do(zhou, row, "confirm", field="pay_floor")
    signed_in("shen").get(f"/desk/dossiers/{row.pk}/")
    page = zhou.get(f"/desk/dossiers/{row.pk}/history/").content.decode()
    assert page.count("18 元一小时") == 2
    for words in ("后来改了", "看了档案", "沈审计", "登记了档案"):
        assert words in page, words


def test_an_auditor_sees_and_has_no_button(house: House) -> None:
    row = factories.dossier(house)
    page = signed_in("shen").get(f"/desk/dossiers/{row.pk}/").content.decode()
    assert "/do/" not in page
    assert "/edit/" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three_of_everything(
    house: House, zhou: Client, count: int
) -> None:
    trades, kinds = list(catalogue().trades)[:3], list(catalogue().certificates)[:3]
    row = factories.dossier(
        house,
        skills=dict.fromkeys(trades[:count], 1),
        certificates=dict.fromkeys(kinds[:count], date(2030, 1, 1)),
    )
    for index in range(count):
        do(zhou, row, "day", day=(timezone.localdate() + timedelta(days=1 + index)).isoformat())
    with CaptureQueriesContext(connection) as seen:
        assert zhou.get(f"/desk/dossiers/{row.pk}/").status_code == 200
    assert len(seen) == QUERIES


def test_the_log_finds_by_words_and_by_person(house: House) -> None:
    factories.dossier(house)
    client = signed_in("shen")
    page = client.get("/desk/audit/", {"q": "登记了档案"}).context["page"]
    assert [event.action for event in page] == ["dossier.registered"]
    assert {event.actor for event in client.get("/desk/audit/", {"q": "周社工"}).context["page"]} == {
        f"{house.zhou.pk} 周社工"
    }
    assert "登记了档案" in client.get("/desk/audit/").content.decode()


def test_every_event_that_is_recorded_has_words(house: House) -> None:
    root = Path(__file__).resolve().parents[2] / "gongqiao"
    call = re.compile(r'audit\.(?:record|Act)\(\s*f?"([a-z_.]+)"')
    used = {name for path in root.rglob("*.py") for name in call.findall(path.read_text(encoding="utf-8"))}
    assert used - set(EVENTS) == set()
    assert len(used) > 50
