"""The token screens: handed out by whoever may, shown once, seen by nobody else, taken back for good."""

from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.tokens import queries
from gongqiao.foundation.tokens.models import Token
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from tests import factories
from tests.api.given import Api, worker_post
from tests.conftest import signed_in
from tests.factories import House
from tests.web.pages import form_on

pytestmark = pytest.mark.data
WANTED: dict[str, Any] = {"label": "排班表", "scopes": ["shifts:read", "tickets:write"], "days": "30"}
MINE, FIRMS, DESK = "/m/yufeng/file/tokens/", "/employer/tokens/", "/desk/tokens/"


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, "韦建国", phone="15400001234")


def as_worker(dossier: Dossier) -> Client:
    client = Client()
    client.force_login(accounts.user_of(dossier.person))
    return client


def boss(house: House, firm: Employer, username: str) -> Membership:
    return employers.give_account(
        firm, name=username, phone="", by=house.mo, username=username, password=factories.PASSWORD
    )


def secret_on(answer: Any) -> str:
    return str(answer.content.decode().split('<code class="secret">')[1].split("<")[0])


def test_a_worker_hands_out_his_own_and_sees_the_secret_once(house: House, wei: Dossier) -> None:
    client = as_worker(wei)
    answer = client.post(MINE, {**WANTED, "scopes": ["me:read", "work:read"]})
    secret = secret_on(answer)
    token = Token.objects.get()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert (token.post, token.issued_by, token.scopes) == (worker_post(wei), token.post, ["me:read", "work:read"])
    assert Api(secret).get("/me").json()["name"] == "韦建国"
    page = client.get(MINE).content.decode()
    assert (secret in page, secret[:8] in page, "看自己的资料和档案" in page) == (False, True, True)
    assert AuditEvent.objects.filter(action="token.issued").count() == 1


def test_taken_back_it_opens_nothing_and_the_row_says_so(house: House, wei: Dossier) -> None:
    client = as_worker(wei)
    secret = secret_on(client.post(MINE, {**WANTED, "scopes": ["me:read"]}))
    for _press in range(2):
        assert client.post(f"{MINE}{Token.objects.get().pk}/revoke/")["Location"] == MINE
    assert Api(secret).get("/me").status_code == 401
    assert "收回了" in client.get(MINE).content.decode()
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""},
        {"label": "字" * 61},
        {"scopes": []},
        {"scopes": ["postings:read"]},
        {"days": "9999"},
        {"days": ""},
    ],
)
def test_what_is_filled_in_wrong_is_said_and_nothing_is_handed_out(
    house: House, wei: Dossier, wrong: dict[str, Any]
) -> None:
    answer = as_worker(wei).post(MINE, {**WANTED, **wrong})
    assert (answer.status_code, Token.objects.count(), "secret" in answer.content.decode()) == (422, 0, False)


def test_nobody_sees_or_ends_anothers(house: House, wei: Dossier) -> None:
    lu, firm = factories.dossier(house, "陆大海"), factories.employer(house)
    boss(house, firm, "qin")
    as_worker(wei).post(MINE, {**WANTED, "label": "韦的程序"})
    signed_in("qin").post(FIRMS, {**WANTED, "label": "覃记的系统"})
    workers, firms = (Token.objects.get(label=label) for label in ("韦的程序", "覃记的系统"))
    boss(house, factories.employer(house, "陆记米粉"), "lu")
    for client, home, pk, sees in (
        (as_worker(lu), MINE, workers.pk, [False, False]),
        (as_worker(wei), MINE, firms.pk, [True, False]),
        (signed_in("lu"), FIRMS, firms.pk, [False, False]),
        (signed_in("lu"), FIRMS, workers.pk, [False, False]),
        (signed_in("liang"), DESK, workers.pk, [False, True]),
    ):
        page = client.get(home).content.decode()
        assert [label in page for label in ("韦的程序", "覃记的系统")] == sees
        assert client.post(f"{home}{pk}/revoke/").status_code == 404
    assert Token.objects.filter(revoked_at=None).count() == 2


def test_colleagues_of_one_organisation_see_and_end_each_others_but_hand_out_their_own(house: House) -> None:
    firm = factories.employer(house)
    first, second = boss(house, firm, "qin"), boss(house, firm, "qin2")
    signed_in("qin").post(FIRMS, {**WANTED, "scopes": ["postings:read"]})
    token = Token.objects.get()
    colleague = signed_in("qin2")
    assert (token.post, "排班表" in colleague.get(FIRMS).content.decode()) == (first, True)
    assert colleague.post(f"{FIRMS}{token.pk}/revoke/").status_code == 302
    assert AuditEvent.objects.get(action="token.revoked").actor.startswith(f"{second.pk} ")
    colleague.post(FIRMS, {**WANTED, "post": str(first.pk)})
    assert Token.objects.latest("pk").post == second


def test_the_manager_hands_out_for_an_integration_in_his_market(house: House, other_house: House) -> None:
    qin = boss(house, factories.employer(house), "qin")
    with scope(market=other_house.market):
        far = boss(other_house, factories.employer(other_house, "黄记"), "huang")
    liang = signed_in("liang")
    secret = secret_on(liang.post(DESK, {**WANTED, "post": str(qin.pk), "scopes": ["postings:read"]}))
    token = Token.objects.get()
    assert (token.post, token.issued_by, Api(secret).get("/postings").status_code) == (qin, house.liang, 200)
    assert "覃记大排档" in liang.get(DESK).content.decode()
    for post, status in ((far, 422), (house.mo, 422), (house.liang, 422)):
        answer = liang.post(DESK, {**WANTED, "post": str(post.pk), "scopes": ["postings:read"]})
        assert (answer.status_code, Token.objects.count()) == (status, 1)
    assert liang.post(f"{DESK}{token.pk}/revoke/").status_code == 302
    assert queries.bearer(secret) is None


def test_only_the_manager_has_the_desks_page(house: House) -> None:
    assert [signed_in(name).get(DESK).status_code for name in ("liang", "mo", "zhou", "shen")] == [200, 403, 403, 403]


def test_each_finds_it_where_he_looks(house: House, wei: Dossier) -> None:
    boss(house, factories.employer(house), "qin")
    pages = [
        (as_worker(wei), "/m/yufeng/file/", MINE),
        (signed_in("qin"), "/employer/", FIRMS),
        (signed_in("liang"), "/desk/settings/", DESK),
    ]
    assert [f'href="{home}"' in client.get(path).content.decode() for client, path, home in pages] == [True] * 3
    assert Membership.objects.filter(role=Role.WORKER).count() == 1
    page: Any = as_worker(wei).get(MINE)
    assert form_on(page, "label").fields.keys() >= {"label", "scopes", "days"}
