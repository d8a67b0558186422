"""Consents are counted; a message uses one up; without one a person calls."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from gongqiao.channels.wechat import actions, queries
from gongqiao.channels.wechat.facts import facts_of, purpose_of
from gongqiao.channels.wechat.models import SubscribeConsent
from gongqiao.channels.wechat.queries import Standing
from gongqiao.channels.wechat.sending import reaches, to_wechat
from gongqiao.channels.wechat.templates import Facts, Purpose, parse
from gongqiao.foundation import clock
from gongqiao.foundation.accounts.actions import wechat as links
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.channels import LineError
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.models import CallTask, Message, MessageState
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts as DossierFacts
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending.tick import tick as find_people
from tests import factories
from tests.channels.wechat import fake
from tests.channels.wechat.fake import APPID, NEW, TALK, TEMPLATES, WORK, Wechat
from tests.factories import House

pytestmark = pytest.mark.data
OPENID = "o-wei"


@pytest.fixture
def wei(house: House, wechat: Wechat) -> Dossier:
    """In the mini program, without a consent yet."""
    wechat.login_code(OPENID)
    dossier = factories.dossier(house, phone="15400001234")
    links.link(dossier.person, appid=APPID, openid=OPENID, how=WechatLink.How.PHONE)
    return dossier


def agree(wechat: Wechat, wei: Dossier, purpose: Purpose = Purpose.WORK) -> None:
    """On the phone and, told by it, here."""
    wechat.agree(OPENID, WORK)
    actions.consented(wei.person, [purpose])


def asked(house: House, wei: Dossier, **facts: object) -> Assignment:
    return offers.offer(factories.verified(house, **facts), wei, by=house.mo)


def tell(house: House, row: Assignment) -> Message:
    """By this line, whatever line his file names."""
    note = notify.Note(
        person=row.person,
        channel="wechat",
        key=f"test:{row.pk}",
        subject="叫 Y-1001",
        body="家电卸车，明天 08:00，集合：仓库大门。去不去？",
        about=f"assignment:{row.pk}",
        expires_at=clock.now() + timedelta(hours=1),
    )
    notify.tell(house.market, [note])
    found: Message = Message.objects.get(key=note.key)
    return found


def left(wei: Dossier) -> Standing:
    return queries.standing(wei.person)[0]


def test_a_message_goes_by_wechat_and_uses_one_consent_up(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei)
    message = tell(house, asked(house, wei))
    assert reaches(message)
    notify.deliver()
    message.refresh_from_db()
    assert (message.state, len(wechat.sent)) == (MessageState.SENT, 1)
    assert CallTask.objects.filter(message_id=message.pk).count() == 0
    assert left(wei) == Standing(Purpose.WORK, left=0, used=1)
    assert (left(wei).used_up, reaches(message)) == (True, False)


def test_what_it_says_comes_from_the_work_it_is_about(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei)
    row = asked(house, wei)
    tell(house, row)
    notify.deliver()
    local = row.starts_at.astimezone(house.market.tz)
    sent = wechat.sent[0]
    assert {name: part["value"] for name, part in sent["data"].items()} == {
        "thing1": "家电卸车",
        "time2": f"{local.year}年{local.month}月{local.day}日 08:00",
        "thing3": "仓库大门",
        "thing4": "家电卸车，明天 08:00，集合：仓库…",
    }
    assert (sent["touser"], sent["page"]) == (OPENID, "pages/mine/mine?scene=m%3Dyufeng")


def test_without_a_consent_the_next_line_is_taken(house: House, wechat: Wechat, wei: Dossier) -> None:
    message = tell(house, asked(house, wei))
    assert not reaches(message)
    with pytest.raises(LineError, match="同意的次数用完了") as refused:
        to_wechat(message)
    assert (refused.value.for_good, len(wechat.sent)) == (True, 0)


def test_where_wechat_knows_of_no_consent_none_is_left(house: House, wechat: Wechat, wei: Dossier) -> None:
    actions.consented(wei.person, [Purpose.WORK])
    actions.consented(wei.person, [Purpose.WORK])
    message = tell(house, asked(house, wei))
    with pytest.raises(LineError) as refused:
        to_wechat(message)
    row = SubscribeConsent.objects.get()
    assert (refused.value.for_good, row.left, row.given, row.emptied_at is None) == (True, 0, 2, False)
    assert not reaches(message)


@pytest.mark.parametrize(("fault", "for_good"), [("http", False), (45011, False), (47003, True), (40037, True)])
def test_a_message_that_did_not_go_leaves_the_consent(
    house: House, wechat: Wechat, wei: Dossier, fault: int | str, for_good: bool
) -> None:
    agree(wechat, wei)
    wechat.fail("/cgi-bin/message/subscribe/send", fault)
    message = tell(house, asked(house, wei))
    with pytest.raises(LineError) as refused:
        to_wechat(message)
    assert (refused.value.for_good, left(wei).left) == (for_good, 1)
    to_wechat(message)
    assert (len(wechat.sent), left(wei).left) == (1, 0)


def test_a_code_never_goes_this_way(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei)
    message = tell(house, asked(house, wei))
    assert reaches(message)
    message.secret = True
    assert not reaches(message)


def test_a_consent_of_one_purpose_is_none_of_another(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei, Purpose.TALK)
    assert not reaches(tell(house, asked(house, wei)))
    assert [(each.purpose, each.left) for each in queries.standing(wei.person)] == [
        ("work", 0),
        ("talk", 1),
        ("new", 0),
    ]


def test_consents_are_counted_and_do_not_grow_without_end(house: House, wechat: Wechat, wei: Dossier) -> None:
    for _each in range(actions.MOST_LEFT + 3):
        actions.consented(wei.person, [Purpose.WORK, Purpose.WORK])
    assert left(wei) == Standing(Purpose.WORK, left=actions.MOST_LEFT, used=0)


def test_somebody_without_a_link_agrees_to_nothing(house: House, wechat: Wechat) -> None:
    with pytest.raises(Refused):
        actions.consented(factories.dossier(house).person, [Purpose.WORK])


def test_who_unlinks_is_sent_nothing_more(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei)
    links.unlink(wei.person)
    message = tell(house, asked(house, wei))
    assert (SubscribeConsent.objects.count(), reaches(message)) == (0, False)


def test_a_message_about_something_said_is_of_the_other_purpose_and_names_nothing_of_it(
    house: House, wechat: Wechat, wei: Dossier
) -> None:
    notify.tell(
        house.market,
        [
            notify.Note(
                person=wei.person,
                channel="wechat",
                key="told",
                subject="告诉本人 T-1001",
                body="您说的事有了答复。",
                about="ticket:1001",
                expires_at=clock.now() + timedelta(hours=1),
            )
        ],
    )
    message: Message = Message.objects.select_related("market").get(key="told")
    facts = facts_of(message)
    assert (purpose_of(message), facts.title, facts.words) == (Purpose.TALK, "鱼峰零工驿站", "您说的事有了答复。")


def test_fields_are_cut_to_what_wechat_takes_of_their_type() -> None:
    moment = clock.now().replace(year=2026, month=3, day=5, hour=4, minute=7)
    facts = Facts("很长的" * 10, "你好 ok 12", moment, "", "站", "0772-1234567")
    fields = "thing1=title,character_string2=words,time3=when,date4=when,thing5=where,phrase6=title,phone_number7=phone"
    template = parse(f"work=abcdefghijk:{fields}")[Purpose.WORK]
    assert {name: part["value"] for name, part in template.filled(facts).items()} == {
        "thing1": "很长的很长的很长的很长的很长的很长的很…",
        "character_string2": " ok 12",
        "time3": "2026年3月5日 04:07",
        "date4": "2026年3月5日",
        "thing5": "-",
        "phrase6": "很长的很长",
        "phone_number7": "0772-1234567",
    }


def test_all_purposes_are_read_from_one_setting() -> None:
    assert {purpose: template.id for purpose, template in parse(TEMPLATES).items()} == {
        Purpose.WORK: WORK,
        Purpose.TALK: TALK,
        Purpose.NEW: NEW,
    }
    assert parse("") == {}


def recommended(house: House, wei: Dossier, **facts: object) -> tuple[Shift, Message]:
    """New work that suits him, found by the worker process and not told yet."""
    dossiers.update(wei, DossierFacts({"channel": "wechat", "preferred": ["loader"]}), by=house.zhou)
    shift = factories.verified(house, **facts)
    with time_machine.travel(datetime.combine(shift.starts_at.date(), time(4), UTC) - timedelta(days=1), tick=False):
        assert find_people()["recommended"] == 1
    return shift, Message.objects.select_related("market", "person").get(kind=Kind.SUGGEST)


def test_new_work_goes_by_its_own_template_with_pay_and_reason_and_opens_the_job(
    house: House, wechat: Wechat, wei: Dossier
) -> None:
    wechat.agree(OPENID, NEW)
    actions.consented(wei.person, [Purpose.NEW])
    shift, message = recommended(house, wei, pay_fen=18050)
    assert (purpose_of(message), reaches(message)) == (Purpose.NEW, True)
    notify.deliver()
    message.refresh_from_db()
    local = shift.starts_at.astimezone(house.market.tz)
    sent = wechat.sent[0]
    assert {name: part["value"] for name, part in sent["data"].items()} == {
        "thing1": "家电卸车",
        "time2": f"{local.year}年{local.month}月{local.day}日 08:00",
        "amount3": "180.50元",
        "thing4": "180.50 元/天",
        "thing5": "离您家大约 1.6 公里，您说想干这个…",
    }
    assert (sent["template_id"], sent["page"]) == (NEW, f"pages/job/job?id={shift.pk}&scene=m%3Dyufeng")
    assert (message.state, queries.standing(wei.person)[2]) == (
        MessageState.SENT,
        Standing(Purpose.NEW, left=0, used=1),
    )
    assert CallTask.objects.count() == 0


def test_new_work_uses_no_consent_to_anything_else_up(house: House, wechat: Wechat, wei: Dossier) -> None:
    agree(wechat, wei)
    _shift, message = recommended(house, wei)
    assert not reaches(message)
    notify.deliver()
    assert (len(wechat.sent), left(wei).left) == (0, 1)


def test_where_no_template_for_new_work_is_set_it_goes_another_way(
    house: House, wechat: Wechat, wei: Dossier, settings: Any
) -> None:
    settings.WECHAT = fake.settings_for(wechat, templates=f"work={WORK}:thing1=title")
    actions.consented(wei.person, [Purpose.NEW])
    _shift, message = recommended(house, wei)
    assert not reaches(message)


def test_an_amount_is_a_bare_figure_and_one_nobody_knows_is_no_amount() -> None:
    template = parse("new=abcdefghijk:amount1=pay,thing2=pay")[Purpose.NEW]
    facts = Facts("", "", clock.now(), "", "", "", pay="20 元/时", fen=2000)
    assert template.filled(facts) == {"amount1": {"value": "20元"}, "thing2": {"value": "20 元/时"}}
    assert template.filled(replace(facts, fen=None))["amount1"] == {"value": "-"}
