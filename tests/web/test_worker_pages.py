"""The worker's pages: near the chosen community, why it is offered, the plain list at once, the waiting list."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import listing
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Decline, Party, Side, State
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import JIANPAN, WULITING, House

PHONE = "13900000001"
WORK = reverse("worker:work", args=["yufeng"])


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, phone=PHONE, values={"channel": "phone"})


@pytest.fixture
def signed(house: House, wei: Dossier) -> Client:
    """韦师傅 on his phone, with the code that the desk read out to him."""
    client = Client()
    code = accounts.new_code(PHONE, address="desk")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


def listed(client: Client, address: str = "/m/yufeng/") -> list[int]:
    """Shifts in the order of the page."""
    page = client.get(address).content.decode()
    return [int(pk) for pk in re.findall(r'<h2><a href="/m/yufeng/jobs/(\d+)/', page)]


def place_points() -> None:
    """五里亭 in the middle; 箭盘 a short ride away."""
    for code, latitude, longitude in ((WULITING, 24.305, 109.441), (JIANPAN, 24.325, 109.441)):
        Region.objects.filter(code=code).update(latitude=latitude, longitude=longitude, point_source="operator")


def test_near_work_comes_first_and_the_distance_is_in_words(house: House) -> None:
    place_points()
    far = factories.verified(house, start=6, region_id=JIANPAN)
    near = factories.verified(house, start=9, region_id=WULITING)
    assert listed(Client()) == [far.pk, near.pk]
    page = Client().get(f"/m/yufeng/?community={WULITING}").content.decode()
    assert listed(Client(), f"/m/yufeng/?community={WULITING}") == [near.pk, far.pk]
    assert "走路 1 分钟" in page
    assert "骑车 11 分钟" in page


def test_a_place_without_its_own_point_is_said_to_be_rough(house: House) -> None:
    Region.objects.filter(code=JIANPAN).update(latitude=None, longitude=None)
    factories.verified(house)
    (line,) = listing.page_of(house.market, timezone.now(), WULITING).lines
    assert line.near is not None
    assert (line.near.metres > 0, line.near.rough) == (True, True)


def test_the_community_is_chosen_by_name_or_initials(house: House) -> None:
    Region.objects.filter(code=JIANPAN).update(initials="jpsqjwh", pinyin="jianpan")
    for text in ("箭盘", "jp"):
        page = Client().get("/m/yufeng/communities/", {"q": text}).content.decode()
        assert re.findall(r"community=(\d+)", page) == [JIANPAN]
    assert "没找到" in Client().get("/m/yufeng/communities/", {"q": "没有的地方"}).content.decode()


def test_the_community_is_chosen_by_its_street(house: House) -> None:
    """A city has a thousand: the first page has its streets, the next one those of a street."""
    first = Client().get("/m/yufeng/communities/").content.decode()
    assert "community=" not in first
    street = Region.objects.get(code=JIANPAN).parent_id
    assert street in re.findall(r"street=(\d+)", first)
    page = Client().get("/m/yufeng/communities/", {"street": street}).content.decode()
    wanted = set(Region.objects.filter(parent=street).values_list("code", flat=True))
    assert set(re.findall(r"community=(\d+)", page)) == wanted
    for nowhere in ("110101001000", "4502"):
        assert Client().get("/m/yufeng/communities/", {"street": nowhere}).status_code == 404


def test_every_fact_that_was_not_given_is_said(house: House) -> None:
    shift = factories.verified(house)
    page = Client().get(f"/m/yufeng/jobs/{shift.pk}/").content.decode()
    for name in ("管饭", "路费", "保险", "条件"):
        assert f"<dt>{name}</dt>\n        <dd>没说</dd>" in page
    assert shift.posting.valid_until is not None
    assert f"<dd>{shift.posting.valid_until:%Y-%m-%d}</dd>" in page


def test_what_is_offered_says_why_and_switching_off_gives_the_plain_list_at_once(
    house: House, signed: Client, wei: Dossier
) -> None:
    factories.verified(house, trade="waiter", start=6)
    mine = factories.verified(house, start=9)
    assert listed(signed)[0] == mine.pk
    assert "为什么给您看：" in signed.get("/m/yufeng/").content.decode()
    signed.post("/m/yufeng/personal/", {"on": "0"})
    page = signed.get("/m/yufeng/").content.decode()
    assert listed(signed) == listed(Client())
    assert "为什么给您看：" not in page
    assert "为什么给您看：" not in signed.get(f"/m/yufeng/jobs/{mine.pk}/").content.decode()


def test_what_does_not_fit_says_that_too(house: House, signed: Client) -> None:
    other = factories.verified(house, trade="waiter")
    assert "您的档案上不合的：" in signed.get(f"/m/yufeng/jobs/{other.pk}/").content.decode()


def test_applying_twice_is_once(house: House, signed: Client) -> None:
    shift = factories.verified(house)
    for _press in range(2):
        signed.post(f"/m/yufeng/jobs/{shift.pk}/apply/")
    assert [row.state for row in Assignment.objects.all()] == [State.APPLIED]


def test_a_full_shift_leaves_the_list_and_takes_names_for_the_waiting_list(house: House, signed: Client) -> None:
    shift = factories.verified(house, headcount=1)
    offers.offer(shift, factories.dossier(house, "覃海"), by=house.mo)
    assert (listed(signed), listed(signed, "/m/yufeng/?full=1")) == ([], [shift.pk])
    signed.post(f"/m/yufeng/jobs/{shift.pk}/apply/")
    assert Assignment.objects.get(state=State.WAITLISTED).shift == shift


def test_signed_out_nobody_applies(house: House) -> None:
    shift = factories.verified(house)
    answer = Client().post(f"/m/yufeng/jobs/{shift.pk}/apply/")
    assert (answer.status_code, Assignment.objects.count()) == (302, 0)


def test_the_list_goes_on_page_by_page(house: House) -> None:
    made = [factories.verified(house, start=4 + index // 6) for index in range(14)]
    first, second = listed(Client()), listed(Client(), "/m/yufeng/?page=1")
    assert (len(first), len(second)) == (12, 2)
    assert sorted(first + second) == [shift.pk for shift in made]


def test_an_offer_says_why_is_answered_and_may_be_given_up(house: House, signed: Client, wei: Dossier) -> None:
    row = offers.offer(factories.verified(house), wei, by=house.mo)
    assert "为什么叫您：" in signed.get(WORK).content.decode()
    signed.post(f"{WORK}{row.pk}/accept/")
    assert signed.post(f"{WORK}{row.pk}/decline/", {"reason": "rain"}).status_code == 409
    signed.post(f"{WORK}{row.pk}/decline/", {"reason": "found", "note": "老乡叫我"})
    row.refresh_from_db()
    assert (row.state, row.ended_by, row.decline) == (State.CANCELLED, Party.WORKER, Decline.FOUND)
    assert "老乡叫我" in signed.get(WORK).content.decode()


def test_a_late_yes_is_refused_in_words(house: House, signed: Client, wei: Dossier) -> None:
    row = offers.offer(factories.verified(house), wei, by=house.mo)
    Assignment.objects.filter(pk=row.pk).update(answer_by=timezone.now())
    answer = signed.post(f"{WORK}{row.pk}/accept/")
    assert (answer.status_code, "过了回话的时间" in answer.content.decode()) == (409, True)


def test_anothers_work_does_not_exist_for_him(house: House, signed: Client) -> None:
    theirs = offers.offer(factories.verified(house), factories.dossier(house, "覃海"), by=house.mo)
    assert signed.post(f"{WORK}{theirs.pk}/accept/").status_code == 404


def test_applying_is_not_answering(house: House, signed: Client) -> None:
    """A name put down is no seat: a yes to it is refused, not a fault."""
    shift: Shift = factories.verified(house)
    signed.post(f"/m/yufeng/jobs/{shift.pk}/apply/")
    answer = signed.post(f"{WORK}{Assignment.objects.get().pk}/accept/")
    assert answer.status_code == 409


def test_he_reads_how_many_pieces_were_counted_for_him(house: House, wei: Dossier) -> None:
    row = offers.offer(factories.verified(house, trade="packer", pay_unit="piece", pay_fen=150), wei, by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(row.starts_at, tick=False):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
        assert wage is not None
        client = Client()
        client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(accounts.new_code(PHONE, address="desk"))})
        pay = reverse("worker:pay", args=["yufeng"])
        assert "按件算的" not in client.get(pay).content.decode()
        wages.count_pieces(wage, 27000, by=house.mo, note="一百八十件")
        assert "按件算的：一百八十件" in client.get(pay).content.decode()
