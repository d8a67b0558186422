"""Saying something, following it, working on it; each page shows its reader what is his and nothing else."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.notify.models import CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.actions import Photo, Voice
from gongqiao.needs.feedback.enums import Category, Channel, OfferState, Outcome, Satisfaction, State
from gongqiao.needs.feedback.models import CaseOffer, Handler, Named, ServiceChange, Ticket
from gongqiao.web.worker.tickets import FIND_ADDRESS
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

SAY, FIND, THREAD = "/m/yufeng/say/", "/m/yufeng/say/find/", "/m/yufeng/say/thread/"
OGG = b"OggS" + bytes(99)
JPEG = b"\xff\xd8\xff\xe0" + bytes(99)


def words(**changed: Any) -> dict[str, Any]:
    return {"category": "job", "text": "说好八小时，干了十个钟头。", "key": "k-1", **changed}


def said(client: Client, **changed: Any) -> Ticket:
    answer = client.post(SAY, words(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return Ticket.objects.latest("filed_at")


def page(client: Client, path: str = THREAD) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, name: str, **fields: str) -> int:
    return client.post(f"{THREAD}{name}/", fields).status_code


def test_nobody_signs_in_to_say_something_and_the_code_is_in_no_address(house: House) -> None:
    client = Client()
    answer = client.post(SAY, words())
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, THREAD)
    assert (ticket.person, ticket.channel, ticket.entered_by.role) == (None, Channel.PAGE, Role.SYSTEM)
    shown = page(client)
    assert ticket.code_in_fours in shown
    assert "前" in shown
    assert client.get(THREAD)["Cache-Control"] == "no-store"


def test_sent_twice_it_is_one_ticket_and_shown_again(house: House) -> None:
    first, second = Client(), Client()
    assert [client.post(SAY, words()).status_code for client in (first, second)] == [302, 302]
    assert Ticket.objects.count() == 1
    assert page(first).count(Ticket.objects.get().code_in_fours) == 1
    assert first.post(SAY, words(text="别的")).status_code == 422
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "missing", [{"category": ""}, {"text": " "}, {"contact_phone": "12"}, {"category": "wages; drop"}]
)
def test_what_is_missing_is_said_and_nothing_is_filed(house: House, missing: dict[str, str]) -> None:
    answer = Client().post(SAY, words(**missing))
    assert (answer.status_code, Ticket.objects.count()) == (422, 0)
    assert "有几处要改" in answer.content.decode()


def test_a_voice_alone_is_enough_and_another_file_is_not(house: House) -> None:
    voice = SimpleUploadedFile("话.ogg", OGG, "audio/ogg")
    assert Client().post(SAY, words(text="", voice=voice)).status_code == 302
    assert Ticket.objects.get().voice is not None
    fake = SimpleUploadedFile("话.ogg", b"MZ" + bytes(99), "audio/ogg")
    answer = Client().post(SAY, words(text="", voice=fake, key="k-2"))
    assert (answer.status_code, Ticket.objects.count()) == (422, 1)


def test_the_code_opens_it_elsewhere_and_a_wrong_one_does_not(house: House) -> None:
    ticket = said(Client())
    other = Client()
    assert other.get(THREAD).status_code == 302
    assert other.post(FIND, {"code": "0000 0000 0000"}).status_code == 409
    assert other.post(FIND, {"code": ticket.code_in_fours}).status_code == 302
    assert "说好八小时" in page(other)
    act(other, "leave")
    assert other.get(THREAD).status_code == 302


def test_codes_are_not_tried_out(house: House) -> None:
    client = Client()
    tries = [client.post(FIND, {"code": f"{number:012d}"}).content.decode() for number in range(FIND_ADDRESS.burst + 1)]
    assert ["试得太多了" in text for text in tries] == [False] * FIND_ADDRESS.burst + [True]


def test_a_thread_shuts_after_half_an_hour(house: House) -> None:
    client = Client()
    said(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(THREAD).status_code == 302


def test_he_reads_answers_and_not_what_staff_tell_one_another(house: House) -> None:
    client = Client()
    ticket = said(client)
    actions.take(ticket, by=house.mo)
    actions.note(ticket, "这家第三次了", by=house.mo)
    actions.answer(ticket, "是哪一天？", by=house.mo, ask=True)
    shown = page(client)
    assert "是哪一天？" in shown
    assert "莫专员" in shown
    assert "第三次" not in shown
    assert act(client, "reply", text="星期一") == 302
    ticket.refresh_from_db()
    assert ticket.state == State.WORKING
    assert act(client, "reply", text=" ") == 409


def test_he_says_how_it_was_and_has_it_opened_again(house: House) -> None:
    client = Client()
    ticket = said(client)
    actions.take(ticket, by=house.mo)
    assert act(client, "rate", face="3") == 409
    actions.resolve(ticket, Outcome.DONE, "补了钱。", by=house.mo)
    assert "补了钱。" in page(client)
    assert act(client, "rate", face="9") == 409
    assert act(client, "rate", face="1", text="没补") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.satisfaction) == (State.CLOSED, Satisfaction.BAD)
    assert act(client, "reopen", text="还是没补") == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened) == (State.WORKING, 1)


def test_who_cannot_go_on_reads_the_numbers_to_call_at_once(house: House) -> None:
    client = Client()
    answer = client.post(SAY, words(text="找不到活，不想活了"), follow=True).content.decode()
    assert all(f'href="tel:{line}"' in answer for line in ("12356", "120", "110"))
    assert "听着像" not in answer  # no case is offered before somebody is with him


def test_a_case_is_offered_and_his_answer_is_kept(house: House) -> None:
    client = Client()
    said(client, category="wages", text="老板拖欠工钱")
    offer = CaseOffer.objects.get()
    assert "立案的系统还没有建好" in page(client)
    assert act(client, "offer", offer=str(offer.pk), yes="1") == 302
    offer.refresh_from_db()
    assert (offer.state, offer.channel) == (OfferState.ACCEPTED, Channel.PAGE)
    assert act(Client(), "offer", offer=str(offer.pk), yes="0") == 302  # nothing is open there
    offer.refresh_from_db()
    assert offer.state == OfferState.ACCEPTED
    stranger = Client()
    said(stranger, key="k-9")
    assert act(stranger, "offer", offer=str(offer.pk), yes="0") == 409


def worker(house: House, name: str = "韦建国", phone: str = "15400001234") -> tuple[Client, Membership]:
    dossier = factories.dossier(house, name, phone=phone)
    client = Client()
    client.force_login(accounts.user_of(dossier.person))
    return client, Membership.objects.get(person=dossier.person, role=Role.WORKER)


def test_signed_in_it_is_his_unless_he_leaves_his_name_out(house: House) -> None:
    client, post = worker(house)
    named, nameless = said(client), said(client, key="k-2", nameless="on")
    assert (named.person, nameless.person) == (post.person, None)
    assert (named.entered_by, nameless.entered_by.role) == (post, Role.SYSTEM)
    assert queries.own(post.person) == [named]  # type: ignore[arg-type]
    assert client.post(FIND, {"ticket": str(named.pk)}).status_code == 302
    assert client.post(FIND, {"ticket": str(nameless.pk)}).status_code == 404
    other, _post = worker(house, "陆海", "15400001235")
    assert other.post(FIND, {"ticket": str(named.pk)}).status_code == 404


def test_whom_he_chooses_does_not_see_it(house: House) -> None:
    factories.handlers(house)
    ticket = said(Client(), category="staff", text="他骂人", staff=str(house.liang.pk))
    assert Named.objects.get().person == house.liang.person
    for name, status in {"liang": 404, "mo": 404, "zhou": 404, "shen": 200}.items():
        assert signed_in(name).get(f"/desk/tickets/{ticket.pk}/").status_code == status
    stranger = factories.house("liunan", "柳南零工驿站", prefix="huang-")
    assert Client().post(SAY, words(key="k-3", staff=str(stranger.mo.pk))).status_code == 422


def test_the_desk_enters_one_for_him_and_hands_the_code_over_once(house: House) -> None:
    factories.handlers(house)
    dossier, firm = factories.dossier(house), factories.employer(house, "覃记螺蛳粉")
    luo = signed_in("luo")
    fields = words(category="wages", text="没给工钱", channel="paper", employer=str(firm.pk), file_no=dossier.number)
    answer = luo.post("/desk/tickets/new/", {**fields, "said_on": timezone.localdate().isoformat()})
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert ticket.code_in_fours in answer.content.decode()
    assert (ticket.person, ticket.about_employer, ticket.entered_by) == (dossier.person, firm, house.luo)
    assert luo.get(f"/desk/tickets/{ticket.pk}/").status_code == 404
    assert luo.post("/desk/tickets/new/", {**fields, "file_no": "Y-9999", "key": "k-2"}).status_code == 422


SEES = {"mo": True, "zhou": True, "luo": False, "liang": False, "shen": False}


@pytest.mark.parametrize("name", list(SEES))
def test_list_search_detail_voice_count_and_act_agree(house: House, name: str) -> None:
    """Wages: named are 莫专员 and 周社工. The others find nothing of it anywhere."""
    factories.handlers(house)
    ticket = factories.ticket(house, Category.WAGES, "", voice=Voice("话.ogg", OGG))
    client, there = signed_in(name), SEES[name]
    found = {
        "list": ticket.name in page(client, "/desk/tickets/"),
        "search": str(ticket.pk) in page(client, f"/desk/tickets/?q={ticket.name}"),
        "detail": client.get(f"/desk/tickets/{ticket.pk}/").status_code == 200,
        "voice": client.get(f"/desk/tickets/{ticket.pk}/voice/").status_code == 200,
        "count": queries.waiting_count(Membership.objects.get(person__user__username=name), timezone.now()) == 1,
        "act": client.post(f"/desk/tickets/{ticket.pk}/do/take/").status_code == 302,
    }
    assert found == dict.fromkeys(found, there)


def test_a_voice_is_heard_as_it_was_recorded_and_listening_is_written_down(house: House) -> None:
    ticket = factories.ticket(house, text="", voice=Voice("话.ogg", OGG))
    answer = signed_in("mo").get(f"/desk/tickets/{ticket.pk}/voice/")
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (OGG, "audio/ogg", "no-store")
    assert AuditEvent.objects.filter(action="ticket.read", thing=f"feedback.ticket:{ticket.pk}").count() == 1


def test_a_picture_is_seen_as_it_was_taken_by_whoever_may_see_the_ticket(house: House) -> None:
    factories.handlers(house)
    ticket = factories.ticket(house, Category.WAGES, pictures=(Photo("一.jpg", JPEG), Photo("二.jpg", JPEG + b"2")))
    address = f"/desk/tickets/{ticket.pk}/voice/"
    mo, luo = signed_in("mo"), signed_in("luo")
    assert f"{address}?picture=2" in page(mo, f"/desk/tickets/{ticket.pk}/")
    answer = mo.get(address, {"picture": 2})
    assert (answer.content, answer["Content-Type"], answer["Cache-Control"]) == (JPEG + b"2", "image/jpeg", "no-store")
    assert [mo.get(address, {"picture": number}).status_code for number in (3, "x")] == [404, 404]
    assert luo.get(address, {"picture": 1}).status_code == 404


def test_the_sheet_holds_what_the_manager_may_see_and_no_word_of_it(house: House) -> None:
    factories.handlers(house)
    plain = factories.ticket(house, text="干了十个钟头", contact_name="韦建国")
    factories.ticket(house, Category.WAGES, "没给钱")
    factories.ticket(house, text="经理不公平", about_staff=(house.liang,))
    today = timezone.localdate().isoformat()
    client = signed_in("liang")
    answer = client.get("/desk/sheets/export/tickets/", {"first": today, "last": today})
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    cells = [str(cell) for row in rows for cell in row if cell is not None]
    assert [cell for cell in cells if cell.startswith("T-")] == [plain.name]
    assert not any("钟头" in cell or "韦建国" in cell for cell in cells)
    assert signed_in("mo").get("/desk/sheets/export/tickets/", {"first": today, "last": today}).status_code == 403


def test_the_log_does_not_tell_the_manager_that_he_is_complained_about(house: House) -> None:
    about_him = factories.ticket(house, Category.STAFF, "他扣钱", about_staff=(house.liang,))
    other = factories.ticket(house)
    shown = page(signed_in("liang"), "/desk/audit/")
    assert (str(about_him.pk) in shown, str(other.pk) in shown) == (False, True)
    assert str(about_him.pk) in page(signed_in("shen"), "/desk/audit/")


def test_one_ticket_is_worked_through_at_the_desk(house: House) -> None:
    firm = factories.employer(house, "覃记螺蛳粉")
    ticket = factories.ticket(house, text="老板拖欠工钱")
    mo = signed_in("mo")

    def step(name: str, **fields: str) -> int:
        return mo.post(f"/desk/tickets/{ticket.pk}/do/{name}/", fields).status_code

    offer = str(CaseOffer.objects.get().pk)
    assert step("answer", text="好的") == 409  # not his yet
    assert [step("take"), step("answer", text="马上去问"), step("ask", text="哪一天？")] == [302] * 3
    assert [step("said", text="星期一"), step("note", text="打过电话"), step("employer", employer=str(firm.pk))] == [
        302
    ] * 3
    assert step("ask-employer", text="有人反映工钱没结。") == 302
    assert [step("offer-hand", offer=offer, post=str(house.zhou.pk), text="请接着办"), step("sort", category="x")] == [
        409
    ] * 2
    assert [step("offer-yes", offer=offer), step("sort", category="wages")] == [302, 302]
    assert step("resolve", outcome="done", text="") == 409
    assert step("resolve", outcome="done", text="结清了。") == 302
    assert step("rate", face="1", text="少给了") == 302
    assert [step("missed", text="没接"), step("reached", text="说明天补")] == [302, 302]
    assert step("reached", text="又通了") == 409
    assert [step("reopen", text="没补"), step("release")] == [302, 302]
    assert mo.get(f"/desk/tickets/{ticket.pk}/").status_code == 404  # wages now, and he is not named for them
    assert step("nothing") == 404


def test_the_employer_answers_what_he_is_asked_and_learns_nothing_else(house: House) -> None:
    firm = factories.employer(house, "覃记螺蛳粉")
    employers.give_account(firm, name="覃老板", phone="", by=house.mo, username="qin", password=factories.PASSWORD)
    client, post = worker(house)
    ticket = factories.ticket(house, text="我韦建国，他不给钱", person=post.person, about_employer=firm)
    boss = signed_in("qin")
    assert "活跟说的不一样" not in page(boss, "/employer/complaints/")
    actions.take(ticket, by=house.mo)
    actions.ask_employer(ticket, "有人反映超时，请说明。", by=house.mo)
    shown = page(boss, "/employer/complaints/")
    assert "有人反映超时，请说明。" in shown
    assert not any(secret in shown for secret in ("韦", "不给钱", ticket.code, ticket.name))
    assert boss.post(f"/employer/complaints/{ticket.pk}/answer/", {"text": "货来晚了"}).status_code == 302
    assert boss.post(f"/employer/complaints/{ticket.pk}/answer/", {"text": ""}).status_code == 409
    assert "货来晚了" in page(signed_in("mo"), f"/desk/tickets/{ticket.pk}/")
    assert client.post(FIND, {"ticket": str(ticket.pk)}).status_code == 302
    assert "货来晚了" not in page(client)


def test_the_manager_says_who_handles_what(house: House) -> None:
    liang = signed_in("liang")
    path = "/desk/tickets/handlers/"
    assert "没定人" in page(liang, path)
    assert liang.post(path, {"post": str(house.mo.pk), "category": "wages"}).status_code == 302
    assert liang.post(path, {"post": str(house.mo.pk), "category": "x"}).status_code == 409
    row = Handler.objects.get()
    assert (row.post, row.category) == (house.mo, Category.WAGES)
    assert liang.post(path, {"drop": str(row.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.until is not None


def test_a_change_is_written_by_staff_published_by_the_manager_and_read_by_all(house: House) -> None:
    ticket = factories.ticket(house)
    actions.take(ticket, by=house.mo)
    facts = {"category": "job", "changed_on": timezone.localdate().isoformat(), "said": "活不一样", "did": "多问一句"}
    mo, liang = signed_in("mo"), signed_in("liang")
    assert mo.post("/desk/tickets/changes/", {**facts, "tickets": ticket.name}).status_code == 422  # still open
    actions.resolve(ticket, Outcome.DONE, "好了。", by=house.mo)
    assert mo.post("/desk/tickets/changes/", {**facts, "tickets": ticket.name}).status_code == 302
    row = ServiceChange.objects.get()
    path = "/m/yufeng/public/said/"
    assert "多问一句" not in page(Client(), path)
    assert mo.post(f"/desk/tickets/changes/{row.pk}/publish/").status_code == 403
    assert liang.post(f"/desk/tickets/changes/{row.pk}/publish/").status_code == 302
    shown = page(Client(), path)
    assert "多问一句" in shown
    assert "因为不到 10 件诉求" in shown
    assert ticket.name not in shown
    assert liang.post(f"/desk/tickets/changes/{row.pk}/withdraw/").status_code == 302
    assert "多问一句" not in page(Client(), path)


def test_the_ticket_says_whether_he_was_told_and_the_call_is_ticked_off_there(house: House) -> None:
    ticket = factories.ticket(house, contact_phone="15400001234")
    actions.take(ticket, by=house.zhou)
    zhou, luo = signed_in("zhou"), signed_in("luo")
    address = f"/desk/tickets/{ticket.pk}/"
    assert zhou.post(f"{address}do/told/").status_code == 409  # nothing is there to be told
    assert zhou.post(f"{address}do/answer/", {"text": "在办。"}).status_code == 302
    shown = page(zhou, address)
    assert [shown.count(words) for words in ("告诉他了", "您反映的事有了答复")] == [1, 1]
    assert ticket.name in page(zhou, "/desk/tickets/?list=tell")
    assert "您反映的事有了答复" not in page(luo, "/desk/calls/")
    assert luo.post(f"/desk/calls/{CallTask.objects.get().pk}/", {"answer": "missed"}).status_code == 404
    zhou.post(f"{address}do/not-told/", {"text": "关机"})
    assert [words in page(zhou, address) for words in ("找过 1 次", "关机", "告诉他了")] == [True] * 3
    zhou.post(f"{address}do/told/", {"text": "知道了"})
    assert [words in page(zhou, address) for words in ("告诉了", "知道了", "告诉他了")] == [True, True, False]


def test_the_auditor_is_asked_when_the_manager_names_himself(house: House) -> None:
    liang, shen = signed_in("liang"), signed_in("shen")
    path = "/desk/tickets/handlers/"
    liang.post(path, {"post": str(house.liang.pk), "category": "staff"})
    row = Handler.objects.get()
    assert ["等您同意" in page(client, "/desk/tickets/") for client in (liang, shen)] == [False, True]
    assert ['name="agree"' in page(client, path) for client in (liang, shen)] == [False, True]
    assert 'name="post"' not in page(shen, path)
    assert shen.post(path, {"post": str(house.shen.pk), "category": "staff"}).status_code == 409
    assert liang.post(path, {"agree": str(row.pk)}).status_code == 409
    assert shen.post(path, {"agree": str(row.pk)}).status_code == 302
    row.refresh_from_db()
    assert (row.waits, row.agreed_by) == (False, house.shen)
