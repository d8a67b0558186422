"""The door: password and lockout, the second factor and its paper codes, one's own password, phone and code."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_scopes import scope

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import second_factor
from gongqiao.foundation.accounts.models import LoginCode, RecoveryCode, User
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.roles import Role
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

NOON = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=1)  # the house stands
PHONE = "15400000001"


def enter(username: str, password: str = factories.PASSWORD) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client


def token(user: User) -> str:
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06d}"


def enrolled(username: str) -> tuple[User, list[str]]:
    user = User.objects.get(username=username)
    second_factor.begin(user)
    _device, codes = second_factor.turn_on(user, token(user))
    return user, codes


def by_code(phone: str, code: str) -> Client:
    client = Client()
    client.post("/sign-in/code/use/", {"phone": phone, "code": code})
    return client


# --- password


def test_a_wrong_password_and_an_unknown_name_look_the_same(house: House) -> None:
    answers = [
        Client().post("/sign-in/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("mo", "nobody")
    ]
    plain = [
        re.sub(r"csrf\w*\W+value=\"\w+\"|\"x-csrftoken\": \"\w+\"|value=\"(mo|nobody)\"", "", each) for each in answers
    ]
    assert plain[0] == plain[1]
    kept = AuditEvent.objects.filter(action="account.sign_in_failed").order_by("number")
    assert [event.thing for event in kept] == ["user:mo", "user:unknown"]


def test_the_sixth_try_is_locked_out_even_with_the_right_password_until_tokens_come_back(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        for _try in range(5):
            enter("mo", "wrong")
        locked = Client().post("/sign-in/", {"username": "mo", "password": factories.PASSWORD})
        assert (locked.status_code, "试得太多了" in locked.content.decode()) == (422, True)
        assert enter("zhou").get("/desk/").status_code == 200
        now.shift(timedelta(minutes=3, seconds=1))
        assert enter("mo").get("/desk/").status_code == 200


def test_nobody_is_sent_elsewhere_after_signing_in(house: House) -> None:
    form = {"username": "mo", "password": factories.PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/sign-in/", form)["Location"] == "/"


def test_an_account_switched_off_does_not_sign_in(house: House) -> None:
    User.objects.filter(username="mo").update(is_active=False)
    assert Client().post("/sign-in/", {"username": "mo", "password": factories.PASSWORD}).status_code == 422


# --- a password of one's own


def test_a_password_that_was_handed_over_must_be_changed_before_anything_else(house: House) -> None:
    done = organisations.appoint(
        by=house.liang, name="韩小妹", title="韩专员", phone="15400000009", role=Role.SPECIALIST, username="han"
    )
    client = enter("han", done.first_password)
    assert [client.get(path)["Location"] for path in ("/desk/", "/posts/", "/second-factor/set/")] == ["/password/"] * 3
    new = {"old": done.first_password, "new": "桥头的榕树下午三点钟有风吹", "again": "桥头的榕树下午三点钟有风吹"}
    assert client.post("/password/", new).status_code == 302
    assert client.get("/desk/").status_code == 200
    assert enter("han", done.first_password).get("/desk/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", "桥头的榕树下午三点钟有风吹", "", "原来的密码不对"),
        (factories.PASSWORD, "short", "", "至少"),
        (factories.PASSWORD, "123456789012345", "", "数字"),
        (factories.PASSWORD, factories.PASSWORD, "", "不一样"),
        (factories.PASSWORD, "桥头的榕树下午三点钟有风吹", "桥头", "两遍写的不一样"),
    ],
)
def test_a_bad_change_is_refused_in_words(house: House, old: str, new: str, again: str, says: str) -> None:
    answer = signed_in("mo").post("/password/", {"old": old, "new": new, "again": again or new})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert enter("mo").get("/desk/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(house: House) -> None:
    other, mine = signed_in("mo"), signed_in("mo")
    new = "桥头的榕树下午三点钟有风吹"
    mine.post("/password/", {"old": factories.PASSWORD, "new": new, "again": new})
    assert (mine.get("/desk/").status_code, other.get("/desk/").status_code) == (200, 302)


# --- the second factor


def test_setting_it_up_shows_ten_paper_codes_once(house: House) -> None:
    client, user = signed_in("mo"), User.objects.get(username="mo")
    assert "svg" in client.post("/second-factor/set/").content.decode()
    assert client.post("/second-factor/set/", {"token": "000000"}).status_code == 200
    assert not User.objects.get(pk=user.pk).second_factor_on
    page = client.post("/second-factor/set/", {"token": token(user)}).content.decode()
    assert len(re.findall(r"<li>[a-z2-9]{5}-[a-z2-9]{5}</li>", page)) == second_factor.CODES
    assert client.get("/desk/").status_code == 200
    assert "<li>" not in client.get("/second-factor/set/").content.decode()


def test_with_the_password_alone_nothing_of_the_account_is_open(house: House) -> None:
    user, _codes = enrolled("mo")
    client = enter("mo")
    for path in ("/desk/", "/posts/", "/password/", "/second-factor/set/"):
        assert client.get(path)["Location"] == "/second-factor/", path
    assert client.post("/second-factor/set/").status_code == 302  # no second key beside the first
    assert TOTPDevice.objects.filter(user=user).count() == 1
    assert "登录" in client.get("/").content.decode()  # the public page, not the desk


def test_six_right_figures_open_it_and_are_not_taken_twice(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        user, _codes = enrolled("mo")
        now.shift(timedelta(minutes=2))
        figures, first, second = token(user), enter("mo"), enter("mo")
        assert first.post("/second-factor/", {"token": figures})["Location"] == "/"
        assert first.get("/desk/").status_code == 200
        assert second.post("/second-factor/", {"token": figures}).status_code == 422


def test_a_paper_code_opens_it_once(house: House) -> None:
    user, codes = enrolled("mo")
    typed = f" {codes[3][:5].upper()}-{codes[3][5:]} "
    assert enter("mo").post("/second-factor/", {"token": typed}).status_code == 302
    assert enter("mo").post("/second-factor/", {"token": codes[3]}).status_code == 422
    assert second_factor.codes_left(user) == second_factor.CODES - 1
    assert all(len(row.code_hash) == 64 and row.code_hash not in codes for row in RecoveryCode.objects.all())


def test_guessing_figures_is_stopped(house: House) -> None:
    user, codes = enrolled("mo")
    with time_machine.travel(NOON, tick=False):
        client = enter("mo")
        for _try in range(6):
            client.post("/second-factor/", {"token": "zzzzzzzzzz"})
        answer = client.post("/second-factor/", {"token": codes[0]})
    assert (answer.status_code, "试得太多了" in answer.content.decode()) == (422, True)


def test_one_persons_paper_code_is_no_other_persons(house: House) -> None:
    enrolled("mo")
    _luo, codes = enrolled("luo")
    assert enter("mo").post("/second-factor/", {"token": codes[0]}).status_code == 422


def test_a_house_that_demands_it_sends_staff_to_set_it_up(house: House, settings: object) -> None:
    settings.GONGQIAO_REQUIRE_TOTP = True  # type: ignore[attr-defined]
    client = signed_in("mo")
    assert client.get("/desk/")["Location"] == "/second-factor/set/"
    assert client.get("/second-factor/set/").status_code == 200


# --- phone and code


@pytest.mark.data
def test_a_code_is_asked_for_by_whoever_stands_in_no_market_yet(db: None) -> None:
    place = factories.house()
    with scope(market=place.market):
        factories.dossier(place, phone=PHONE)
    assert Client().post("/sign-in/code/", {"phone": PHONE}).status_code == 200
    with scope(market=place.market):
        assert Message.objects.filter(about="sign-in").count() == 1


def test_asking_for_a_code_looks_the_same_for_a_known_and_an_unknown_phone(house: House) -> None:
    factories.dossier(house, phone=PHONE)
    known = Client().post("/sign-in/code/", {"phone": PHONE})
    unknown = Client().post("/sign-in/code/", {"phone": "15400000002"})
    strip = [
        re.sub(r"1540000000\d|csrf\w*\W+value=\"\w+\"|\"x-csrftoken\": \"\w+\"", "", each.content.decode())
        for each in (known, unknown)
    ]
    assert strip[0] == strip[1]
    assert [(m.channel, m.secret, re.fullmatch(r"\d{6}", m.body) is not None) for m in Message.objects.all()] == [
        ("console", True, True)
    ]


def test_a_code_opens_once_and_its_words_are_kept_nowhere(house: House) -> None:
    row = factories.dossier(house, phone=PHONE)
    code = str(accounts.new_code(PHONE))
    assert by_code(PHONE, code).get("/m/yufeng/pay/").status_code == 200
    assert by_code(PHONE, code).get("/m/yufeng/pay/").status_code == 302
    assert code not in LoginCode.objects.get().code_hash
    last = AuditEvent.objects.filter(action="account.signed_in").order_by("-number")[0]
    assert (last.thing, last.detail) == (f"user:p-{row.person_id}", {"door": "code"})


def test_five_wrong_codes_spoil_the_right_one(house: House) -> None:
    factories.dossier(house, phone=PHONE)
    code = str(accounts.new_code(PHONE))
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        by_code(PHONE, wrong)
    assert by_code(PHONE, code).get("/m/yufeng/pay/").status_code == 302


def test_a_code_is_no_good_after_ten_minutes(house: House) -> None:
    factories.dossier(house, phone=PHONE)
    with time_machine.travel(NOON, tick=False) as now:
        code = str(accounts.new_code(PHONE))
        now.shift(timedelta(minutes=10))
        assert by_code(PHONE, code).get("/m/yufeng/pay/").status_code == 302


def test_a_fourth_code_within_minutes_is_refused(house: House) -> None:
    factories.dossier(house, phone=PHONE)
    with time_machine.travel(NOON, tick=False):
        answers = [Client().post("/sign-in/code/", {"phone": PHONE}).status_code for _try in range(4)]
    assert answers == [200, 200, 200, 409]


def test_on_a_family_phone_each_comes_in_as_himself(house: House) -> None:
    wei, lan = factories.dossier(house, "韦建国", phone=PHONE), factories.dossier(house, "蓝秀英", phone=PHONE)
    client = Client()
    answer = client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(accounts.new_code(PHONE))})
    assert answer["Location"] == "/sign-in/code/who/"
    assert client.get("/m/yufeng/pay/").status_code == 302  # not in yet
    stranger = factories.dossier(house, "陆大海", phone="15400000007")
    assert client.post("/sign-in/code/who/", {"person": str(stranger.person_id)}).status_code == 409
    client.post("/sign-in/code/who/", {"person": str(lan.person_id)})
    assert User.objects.get(pk=client.session["_auth_user_id"]).person == lan.person
    assert wei.person != lan.person
    assert client.get("/sign-in/code/who/")["Location"] == "/sign-in/"  # the code does not open a second time


def test_a_code_from_the_desk_lets_in_only_whom_it_was_given_to(house: House) -> None:
    factories.dossier(house, "韦建国", phone=PHONE)
    lan = factories.dossier(house, "蓝秀英", phone=PHONE)
    desk = signed_in("zhou")
    page = desk.post(f"/desk/dossiers/{lan.pk}/code/", follow=True).content.decode()
    code = re.search(r"验证码 (\d{6})", page)
    assert code is not None
    client = by_code(PHONE, code[1])
    assert User.objects.get(pk=client.session["_auth_user_id"]).person == lan.person
    assert AuditEvent.objects.filter(action="code.issued", on_behalf_of__endswith=str(lan.person_id)).count() == 1


def test_a_code_opens_no_post_of_the_staff(house: House) -> None:
    done = organisations.appoint(
        by=house.liang, name="韩小妹", title="韩专员", phone=PHONE, role=Role.SPECIALIST, username="han"
    )
    client = by_code(PHONE, str(accounts.new_code(PHONE)))
    assert client.get("/desk/").status_code == 403
    assert done.post.role == Role.SPECIALIST


# --- the current post


def test_the_post_chosen_decides_market_and_rights(house: House, other_house: House) -> None:
    user = User.objects.get(username="mo")
    with scope(market=other_house.market):
        there = organisations.give_post(
            other_house.market, by=other_house.system, title="莫专员", role=Role.AUDITOR, person=user.person
        )
        theirs = factories.dossier(other_house)
    mine, client = factories.dossier(house), signed_in("mo")
    assert [client.get(f"/desk/dossiers/{row.pk}/").status_code for row in (mine, theirs)] == [200, 404]
    client.post("/posts/", {"post": there.pk})
    assert [client.get(f"/desk/dossiers/{row.pk}/").status_code for row in (mine, theirs)] == [404, 200]
    assert client.get("/desk/register/").status_code == 403  # an auditor there


def test_somebody_elses_post_cannot_be_chosen(house: House) -> None:
    client = signed_in("mo")
    assert client.post("/posts/", {"post": house.liang.pk}).status_code == 409
    assert client.get("/desk/staff/").status_code == 403


def test_a_post_that_was_withdrawn_opens_nothing_from_the_next_page_on(house: House) -> None:
    client = signed_in("mo")
    assert client.get("/desk/").status_code == 200
    organisations.withdraw(house.mo, by=house.liang)
    assert client.get("/desk/").status_code == 403
