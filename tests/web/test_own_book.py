"""我的工时本: his own notes of a day, the employer's count beside them, a copy that can be known again."""

import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.mydata import punches
from gongqiao.services.mydata.models import PunchNote
from gongqiao.services.mydata.queries import digest
from gongqiao.services.placement.actions import attendance, offers
from gongqiao.services.placement.enums import Side
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG

pytestmark = pytest.mark.data
PHONE = "13900000001"
BOOK = "/m/yufeng/book/"


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, phone=PHONE)


@pytest.fixture
def work(house: House, wei: Dossier) -> Assignment:
    row = offers.offer(factories.verified(house, title="=搬冰箱"), wei, by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def signed() -> Client:
    client = Client()
    code = accounts.new_code(PHONE, address="desk")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


def test_what_he_notes_stands_beside_the_employers_count_and_changes_nothing_else(
    house: House, work: Assignment
) -> None:
    with time_machine.travel(work.ends_at, tick=False):
        attendance.arrive(work, by=house.mo)
        attendance.record_hours(work, 420, Side.EMPLOYER, by=house.mo)
        said = {"hours": "8", "place": "二号库", "agreed": "180 一天", "witness": "老李"}
        photo = SimpleUploadedFile("1.jpg", JPEG, content_type="image/jpeg")
        assert signed().post(f"{BOOK}{work.pk}/note/", {**said, "photo": photo})["Location"] == BOOK
        page = signed().get(BOOK).content.decode()
        note = PunchNote.objects.get()
        picture = signed().get(BOOK, {"photo": str(note.pk)})
    work.refresh_from_db()
    assert (note.minutes, note.place, note.agreed, note.witness, note.channel) == (
        480,
        "二号库",
        "180 一天",
        "老李",
        "self",
    )
    assert (work.worker_minutes, work.employer_minutes, work.state) == (None, 420, "on_site")
    assert "两边不一样" in page
    assert (picture["Content-Type"], picture.content) == ("image/jpeg", JPEG)
    event = AuditEvent.objects.get(action="punch.noted")
    assert (event.channel, event.detail["minutes"], event.detail["photo"]) == ("self", 480, note.photo.sha256)  # type: ignore[union-attr]


def test_nothing_and_what_is_no_picture_and_another_mans_day_are_refused(house: House, work: Assignment) -> None:
    other = factories.dossier(house, "陆大海")
    theirs = offers.offer(factories.verified(house), other, by=house.mo)
    offers.accept(theirs, by=house.mo)
    with time_machine.travel(work.ends_at, tick=False):
        client = signed()
        client.post(f"{BOOK}{work.pk}/note/", {"hours": "", "place": " "})
        client.post(f"{BOOK}{work.pk}/note/", {"photo": SimpleUploadedFile("1.jpg", b"MZ not a picture")})
        assert client.post(f"{BOOK}{theirs.pk}/note/", {"hours": "8"}).status_code == 404
        assert PunchNote.objects.count() == 0
        assert client.get(BOOK, {"photo": "nothing"}).status_code == 404


def test_a_day_that_has_not_begun_is_not_noted(house: House, work: Assignment, wei: Dossier) -> None:
    by = accounts.user_of(wei.person).person.memberships.get()
    with pytest.raises(Refused, match="还没开工"):
        punches.note(work, punches.Noted(minutes=480), by=by)
    with time_machine.travel(work.ends_at, tick=False):
        punches.note(work, punches.Noted(minutes=450), by=by)
        punches.note(work, punches.Noted(minutes=480), by=by)
        assert [(day.mine, len(day.notes)) for day in punches.days(by)] == [(480, 2)]
        assert punches.days(house.mo) == []


def test_the_copy_says_who_noted_what_when_and_a_changed_copy_is_found_out(work: Assignment) -> None:
    with time_machine.travel(work.ends_at, tick=False):
        client = signed()
        client.post(f"{BOOK}{work.pk}/note/", {"hours": "8.5", "witness": "老李"})
        told = json.loads(client.get(f"{BOOK}data/").content)
        lines = client.get(f"{BOOK}data/?as=csv").content.decode().splitlines()
        assert told["sha256"] in client.get(BOOK).content.decode()
    (day,) = told["days"]
    (note,) = day["notes"]
    assert (day["my_minutes"], note["minutes"], note["witness"], note["channel"]) == (510, 510, "老李", "self")
    assert told["sha256"] == digest(told)
    day["my_minutes"] = 600
    assert told["sha256"] != digest(told)
    assert len(lines) == 2
    assert "'=搬冰箱" in lines[1]
