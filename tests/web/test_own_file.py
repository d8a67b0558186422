"""我的资料: what stands about him, put right, copied, taken back, asked to be deleted."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.calendar import add_working_days
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.money import yuan
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import words
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.feedback.enums import Category
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.mydata import queries
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Decline, Side
from gongqiao.services.placement.models import WageRecord
from gongqiao.web.worker.forms import SayForm
from gongqiao.web.worker.records import THEMES
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data
PHONE = "13900000001"
FILE = "/m/yufeng/file/"


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, phone=PHONE, values={"channel": "phone", "pay_floor": 2000})


@pytest.fixture
def signed(house: House, wei: Dossier) -> Client:
    client = Client()
    code = accounts.new_code(PHONE, address="desk")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


def worked(house: House, wei: Dossier) -> WageRecord:
    shift = factories.verified(house)
    row = offers.offer(shift, wei, by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(shift.starts_at, tick=False):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    return wage


def test_employers_he_will_not_go_to_stand_there_and_at_the_desk_and_in_his_copy_until_he_applies(
    house: House, wei: Dossier, signed: Client
) -> None:
    desk = signed_in("zhou")

    def told() -> tuple[bool, bool, list[str]]:
        """On his page, at the desk, in his copy."""
        pages = signed.get(FILE).content.decode(), desk.get(f"/desk/dossiers/{wei.pk}/").content.decode()
        copy = json.loads(signed.get(f"{FILE}data/").content)
        return "您说过不想去的单位" in pages[0], "说过不想去的单位" in pages[1], copy["refused_employers"]

    assert told() == (False, False, [])
    shift = factories.verified(house)
    offers.decline(offers.offer(shift, wei, by=house.mo), Decline.EMPLOYER, by=house.mo)
    assert told() == (True, True, [shift.posting.employer.short_name])
    again = factories.verified(house, firm=shift.posting.employer, start=18, length=3)
    assert signed.post(f"/m/yufeng/jobs/{again.pk}/apply/").status_code == 302
    assert told() == (False, False, [])


def test_his_day_of_birth_stands_there_and_how_it_is_known(signed: Client, wei: Dossier) -> None:
    assert f"{wei.person.birth_date:%Y-%m-%d}（看过证件）" in signed.get(FILE).content.decode()


def test_what_he_puts_right_is_his_own_word_of_today(signed: Client, wei: Dossier) -> None:
    answer = signed.post(f"{FILE}say/", {"field": "pay_floor", "value": "25"})
    assert (answer.status_code, answer["Location"]) == (302, FILE)
    now = DossierValue.objects.get(dossier=wei, field="pay_floor", superseded_at=None)
    assert (now.value, now.source, now.as_of, now.by.person_id) == (2500, "self", timezone.localdate(), wei.person_id)


@pytest.mark.parametrize(
    ("field", "said", "kept"),
    [
        ("max_distance_m", {"value": "5"}, 5000),
        ("travel", {"value": "ebike"}, "ebike"),
        ("preferred", {"value": "loader"}, ["loader"]),
        ("languages", {"value": "普通话、桂柳话"}, ["普通话", "桂柳话"]),
        ("concerns", {"value": ["unpaid", "deposit"]}, ["unpaid", "deposit"]),
        ("week_hours", {"days": "end", "value": ["morning"]}, "000000" * 5 + "000fe0" * 2),
    ],
)
def test_each_fact_has_its_own_small_form(
    signed: Client, wei: Dossier, field: str, said: dict[str, object], kept: object
) -> None:
    assert signed.post(f"{FILE}say/", {"field": field, **said}).status_code == 302
    wei.refresh_from_db()
    assert getattr(wei, field) == kept


@pytest.mark.parametrize(
    "now",
    [
        {"channel": "family"},
        {"max_distance_m": 12000},
        {"travel": "ebike"},
        {"pay_floor": 2250},
        {"languages": ["普通话", "桂柳话"]},
        {"concerns": ["unpaid", "deposit"]},
        {"week_hours": "000fe0" * 5 + "000000" * 2},
    ],
    ids=lambda now: next(iter(now)),
)
def test_a_form_saved_as_it_was_shown_changes_nothing(house: House, now: dict[str, Any]) -> None:
    (field,) = now
    wei = factories.dossier(house, phone=PHONE, values=now)
    shown = SayForm(field, dossier=wei)
    again = SayForm(field, {name: shown[name].value() for name in shown.fields}, dossier=wei)
    assert again.is_valid()
    assert again.values() == now


def test_his_community_is_chosen_by_its_street_and_written_into_his_file(signed: Client, wei: Dossier) -> None:
    """The file itself carries no list of a thousand; who has no file here gets links and no button."""
    assert b'<option value="4502' not in signed.get(FILE).content
    street = Region.objects.get(code=factories.WULITING).parent_id
    chosen = "/m/yufeng/communities/?for=file"
    assert f"?street={street}&amp;for=file" in signed.get(chosen).content.decode()
    assert f'name="value" value="{factories.WULITING}"' in signed.get(f"{chosen}&street={street}").content.decode()
    assert b'name="value"' not in Client().get(f"{chosen}&street={street}").content
    done = signed.post(f"{FILE}say/", {"field": "home", "value": factories.WULITING})
    wei.refresh_from_db()
    assert (done.status_code, wei.home_id) == (302, factories.WULITING)
    assert signed.post(f"{FILE}say/", {"field": "home", "value": "110101001000"}).status_code == 409


def test_a_form_of_what_is_not_known_chooses_nothing_for_him(wei: Dossier) -> None:
    for field in ("travel", "max_distance_m", "preferred"):
        assert not SayForm(field, dossier=wei)["value"].value()
        assert not SayForm(field, {"value": ""}, dossier=wei).is_valid()


def test_a_name_is_not_changed_by_a_press(signed: Client, wei: Dossier) -> None:
    before = DossierValue.objects.filter(dossier=wei).count()
    signed.post(f"{FILE}say/", {"field": "name", "value": "别人"})
    signed.post(f"{FILE}forget/", {"field": "identity"})
    wei.person.refresh_from_db()
    assert (wei.person.name, DossierValue.objects.filter(dossier=wei).count()) == ("韦建国", before)


def test_a_fact_taken_back_is_gone_from_the_file_and_stays_in_its_history(signed: Client, wei: Dossier) -> None:
    assert signed.post(f"{FILE}forget/", {"field": "pay_floor"}).status_code == 302
    wei.refresh_from_db()
    values = DossierValue.objects.filter(dossier=wei, field="pay_floor").order_by("pk").values_list("value", flat=True)
    assert (wei.pay_floor, list(values)) == (None, [2000, None])
    assert signed.post(f"{FILE}drop-skill/", {"trade": "loader"}).status_code == 302
    assert wei.skills.count() == 0


def test_a_consent_withdrawn_is_obeyed_at_once_and_may_be_given_again(
    house: House, signed: Client, wei: Dossier
) -> None:
    consent.give(wei.person, Purpose.MATCHING, by=house.zhou, channel="desk")
    signed.post(f"{FILE}withdraw/", {"purpose": "matching"})
    wei.refresh_from_db()
    assert (consent.agreed(wei.person, Purpose.MATCHING), wei.state) == (False, State.PAUSED)
    signed.post(f"{FILE}agree/", {"purpose": "matching"})
    assert consent.agreed(wei.person, Purpose.MATCHING)


def test_the_copy_holds_his_own_rows_alone_and_can_be_known_again(house: House, signed: Client, wei: Dossier) -> None:
    other = factories.dossier(house, "陆大海", phone="13900000002")
    worked(house, other)
    mine = worked(house, wei)
    factories.ticket(house, text="别人说的话", person=other.person)
    answer = signed.get(f"{FILE}data/")
    told = json.loads(answer.content)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json; charset=utf-8", "no-store")
    assert told["sha256"] == queries.digest(told)
    assert (told["person"]["name"], told["person"]["phone"]) == ("韦建国", PHONE)
    assert [(row["due_fen"], row["worker_minutes"]) for row in told["work"]] == [(mine.due_fen, 480)]
    assert told["tickets"] == []
    assert "陆大海" not in answer.content.decode()
    assert AuditEvent.objects.filter(action="mydata.exported").get().detail == {"sha256": told["sha256"]}
    paper = signed.get(f"{FILE}paper/").content.decode()
    assert ("SHA-256" in paper, "8 小时" in paper, yuan(mine.due_fen) in paper) == (True, True, True)
    assert f"{timezone.localtime(mine.assignment.starts_at, house.market.tz):%Y-%m-%d %H:%M}" in paper
    assert not re.search(r"\dT\d\d:", paper)


def test_a_deletion_is_refused_while_wages_are_open_and_asked_for_once_when_they_are_paid(
    house: House, signed: Client, wei: Dossier
) -> None:
    wage = worked(house, wei)
    refused = signed.post(f"{FILE}delete/", {"text": ""})
    assert refused.status_code == 409
    assert Ticket.objects.count() == 0
    assert "1 笔工钱没给清" in signed.get(FILE).content.decode()
    wages.pay(wage, wage.due_fen, by=house.mo)
    for _press in range(2):
        assert signed.post(f"{FILE}delete/", {"text": "搬家了"})["Location"] == "/m/yufeng/say/thread/"
    ticket = Ticket.objects.get()
    wei.refresh_from_db()
    last = add_working_days(timezone.localdate(), 15, house.market.holidays)
    assert (ticket.category, ticket.sensitive, wei.state) == (Category.RECORDS, True, State.PAUSED)
    assert ticket.answer_by.astimezone(house.market.tz).date() == last
    assert "保障农民工工资支付条例第十五条" in ticket.text


def test_what_the_law_keeps_is_said_with_its_day(house: House, wei: Dossier) -> None:
    assert queries.kept(wei) == []
    wage = worked(house, wei)
    day = wage.due_at.astimezone(house.market.tz).date()
    ends = wage.assignment.ends_at.astimezone(house.market.tz).date()
    until = [kept.until for kept in queries.kept(wei)]
    assert until == [date(day.year + 3, day.month, day.day), date(ends.year + 2, ends.month, ends.day)]


def test_a_correction_needs_words_and_is_another_request_than_a_deletion(signed: Client, wei: Dossier) -> None:
    signed.post(f"{FILE}correct/", {"text": " "})
    assert Ticket.objects.count() == 0
    signed.post(f"{FILE}correct/", {"text": "手机换了，是 13900000003"})
    signed.post(f"{FILE}delete/", {"text": ""})
    assert Ticket.objects.filter(person=wei.person).count() == 2
    assert signed.get(f"{FILE}").content.decode().count("最晚答复") == 2
    assert timedelta(0) < Ticket.objects.first().answer_by - timezone.now()  # type: ignore[union-attr]


def test_a_fact_that_a_job_was_weighed_by_is_taken_back_on_the_spot(house: House, signed: Client, wei: Dossier) -> None:
    shift = factories.verified(house)
    job = f"/m/yufeng/jobs/{shift.pk}/"
    page = signed.get(job).content.decode()
    assert 'name="trade" value="loader"' in page
    assert 'name="field" value="pay_floor"' in page
    signed.post(f"{FILE}forget/", {"field": "pay_floor"})
    assert 'name="field" value="pay_floor"' not in signed.get(job).content.decode()
    signed.post("/m/yufeng/personal/", {"on": "0"})
    assert 'name="trade" value="loader"' not in signed.get(job).content.decode()


def test_every_value_has_its_place_on_the_page_once() -> None:
    shown = [name for _title, names in THEMES for name in names]
    assert sorted(shown) == sorted(words.NAMES)
