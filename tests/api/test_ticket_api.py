"""有话说 over the API: nameless or named, once for its key, read again by number and code alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongqiao.api.v1.tickets import TicketIn
from gongqiao.needs.feedback.enums import TICKS
from gongqiao.needs.feedback.models import Ticket
from tests import factories
from tests.api.given import V1, Api, boss_post, no_scope, secret, worker_post
from tests.factories import House

pytestmark = pytest.mark.data
WAY = f"{V1}/markets/yufeng/tickets"


def say(token: str = "", **facts: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if "key" in facts:
        headers["Idempotency-Key"] = facts.pop("key")
    with no_scope():
        return Client().post(WAY, {"category": "wages", "text": "说好当天给，没给。", **facts}, headers=headers)


def test_the_categories_are_the_pages_own() -> None:
    schema = TicketIn.model_json_schema()
    assert schema["properties"]["category"]["enum"] == [each.value for each in TICKS]


def test_anybody_may_say_something_and_reads_it_again_by_its_code(house: House) -> None:
    told = say(contact_phone="15400001234", channel="miniprogram")
    ticket, filed = Ticket.objects.get(), told.json()
    assert (told.status_code, filed["number"], ticket.person, ticket.channel) == (
        201,
        ticket.number,
        None,
        "miniprogram",
    )
    again = Api().get(f"/tickets/{ticket.number}", **{"Ticket-Code": filed["code"]})
    assert (again.json()["state"], again.json()["category"], again.json()["market"]) == ("new", "wages", "yufeng")
    assert [entry["step"] for entry in again.json()["thread"]] != []
    for number, code in ((ticket.number + 1, filed["code"]), (ticket.number, "000000000000")):
        assert Api().get(f"/tickets/{number}", **{"Ticket-Code": code}).status_code == 404
    assert Api().get(f"/tickets/{ticket.number}").status_code == 422


def test_with_a_workers_token_it_is_his_unless_nameless(house: House) -> None:
    wei = factories.dossier(house)
    token = secret(worker_post(wei))
    for facts, person in (({}, wei.person), ({"nameless": "true"}, None)):
        made = Ticket.objects.get(number=say(token, **facts).json()["number"])
        assert made.person == person
    assert (
        Ticket.objects.get(number=say(secret(boss_post(house, factories.employer(house)))).json()["number"]).person
        is None
    )


def test_the_same_key_is_the_same_ticket(house: House) -> None:
    first, again = say(key="k1"), say(key="k1")
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert say(key="k1", text="别的话").status_code == 409
    assert Ticket.objects.count() == 1


def test_a_voice_comes_with_it(house: House) -> None:
    told = say(text="", voice=SimpleUploadedFile("话.ogg", b"OggS" + bytes(99)))
    assert (told.status_code, Ticket.objects.get().voice is not None) == (201, True)
    assert say(text="", voice=SimpleUploadedFile("话.ogg", b"nothing heard")).status_code == 409
    large = say(text="", voice=SimpleUploadedFile("话.ogg", b"OggS" + bytes(8_000_001)))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"text": ""}, 409),
        ({"category": "nonsense"}, 422),
        ({"category": "fees"}, 422),
        ({"text": "字" * 2001}, 422),
        ({"contact_phone": "12"}, 409),
        ({"text": "a\x00b"}, 422),
        ({"channel": "window"}, 422),
    ],
)
def test_what_is_wrong_files_nothing(house: House, facts: Any, status: int) -> None:
    told = say(**facts)
    assert (told.status_code, told["Content-Type"], Ticket.objects.count()) == (status, "application/problem+json", 0)


def test_a_token_that_is_not_for_it_files_nothing(house: House) -> None:
    told = say(secret(worker_post(factories.dossier(house)), "work:read"))
    assert (told.status_code, told.json()["code"], Ticket.objects.count()) == (403, "scope", 0)


def test_nobody_goes_through_the_codes(house: House) -> None:
    tries = [Api().get("/tickets/1", **{"Ticket-Code": f"{number:012d}"}).status_code for number in range(21)]
    assert tries == [404] * 20 + [429]
