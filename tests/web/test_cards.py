"""The paper card: what stands on it, what never does, printed and replaced from its page."""

import re

import pytest
from django.test import Client

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.dossiers import cards
from tests import factories
from tests.conftest import signed_in
from tests.factories import House


def card_of(client: Client, pk: int) -> str:
    answer = client.get(f"/desk/dossiers/{pk}/card/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    return re.search(r'<section class="sheet card-sheet".*?</section>', answer.content.decode(), re.DOTALL)[0]  # type: ignore[index]


@pytest.mark.data
def test_the_card_names_him_his_number_and_two_telephones_and_nothing_else_of_him(house: House) -> None:
    row = factories.dossier(house, phone="15400001234")
    shown = card_of(signed_in("zhou"), row.pk)
    for text in ("韦建国", row.number, cards.card_number(row), "0772-1234567", "12333", "<svg"):
        assert text in shown, text
    for secret in (row.person.identity, row.person.identity_last4, "15400001234", "1975"):
        assert secret not in shown
    assert AuditEvent.objects.filter(action="dossier.read").count() == 1


def test_printing_is_written_down_and_only_the_button_prints(house: House) -> None:
    row, zhou = factories.dossier(house), signed_in("zhou")
    assert "data-print-now" not in zhou.get(f"/desk/dossiers/{row.pk}/card/").content.decode()
    assert not AuditEvent.objects.filter(action="card.printed").exists()
    answer = zhou.post(f"/desk/dossiers/{row.pk}/card/print/", follow=True)
    assert "data-print-now" in answer.content.decode()
    assert AuditEvent.objects.get(action="card.printed").detail == {"issue": 1}


def test_a_lost_card_has_another_picture_and_number(house: House) -> None:
    row, zhou = factories.dossier(house), signed_in("zhou")
    before = card_of(zhou, row.pk)
    answer = zhou.post(f"/desk/dossiers/{row.pk}/card/lost/", follow=True)
    assert "旧卡从现在起不认了" in answer.content.decode()
    after = card_of(zhou, row.pk)
    assert (f"{row.file_no} 45" in before, f"{row.file_no} 38" in after, before != after) == (True, True, True)
    assert zhou.post(f"/desk/dossiers/{row.pk}/card/burn/").status_code == 404
    assert signed_in("shen").post(f"/desk/dossiers/{row.pk}/card/lost/").status_code == 403
