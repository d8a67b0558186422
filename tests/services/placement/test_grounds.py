"""Each outcome keeps what it came from: the rows of the pair or the snapshot of the day, and the reasons."""

from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone, translation

from gongqiao.foundation.notify.models import Message
from gongqiao.services.placement import grounds, snapshot
from gongqiao.services.placement.actions import attendance, dispatch, offers, ratings
from gongqiao.services.placement.enums import Decline, Side, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.snapshot import Snapshot
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data


def test_a_single_offer_keeps_its_rows_and_reasons_and_replays(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house, values={"preferred": ["loader"]})
    row = Assignment.objects.get(pk=offers.offer(shift, wei, by=house.mo).pk)
    assert "自己想干" in row.reasons["reasons"]
    assert "您说想干这个" in row.reasons["worker"]
    again = grounds.replay(row.reasons, wei.pk, shift.pk)
    assert again == {name: row.reasons[name] for name in ("score", "reasons", "worker", "unmet", "en")}
    assert (row.score, Snapshot(**row.reasons["rows"]).digest()) == (row.reasons["score"], row.reasons["snapshot"])


def test_staff_who_read_english_tell_him_in_chinese_and_read_his_reasons_in_english(house: House) -> None:
    """What is kept is in both languages, whoever made it on whatever screen; a message is in that of the house."""
    shift, wei = factories.verified(house), factories.dossier(house, values={"preferred": ["loader"]})
    with translation.override("en"):
        row = offers.offer(shift, wei, by=house.mo)
        assert "Wants to do it" in grounds.spoken(row.reasons, "reasons")
    assert "自己想干" in grounds.spoken(row.reasons, "reasons")
    assert "您说想干这个" in row.reasons["worker"]
    assert Message.objects.get().body.endswith("去不去？")
    assert grounds.spoken({"reasons": ["以前记的"]}, "reasons") == ["以前记的"]


def test_english_board_and_chinese_board_each_say_why_in_their_language(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house, values={"preferred": ["loader"]})
    offers.offer(shift, wei, by=house.mo)
    desk, board = signed_in("mo"), f"/desk/board/shifts/{shift.pk}/"
    assert "自己想干" in desk.get(board, follow=True).content.decode()
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = desk.get(board, follow=True).content.decode()
    assert ("Wants to do it" in page, "自己想干" in page) == (True, False)


def test_what_did_not_fit_is_kept_when_staff_ask_all_the_same(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house, values={"pay_floor": 9000})
    row = offers.offer(shift, wei, by=house.mo)
    assert row.reasons["unmet"] == ["每小时多 67.50 元 就够"]


def test_a_dispatched_pair_points_at_the_snapshot_of_its_day(house: House) -> None:
    shift = factories.verified(house)
    factories.dossier(house)
    run = dispatch.run_day(timezone.localdate(shift.starts_at), by=house.mo)
    row = Assignment.objects.get()
    assert (row.run, row.reasons["snapshot"]) == (run, run.inputs_digest)
    assert (
        row.reasons["reasons"]
        == grounds.said_of(Snapshot.unpack(bytes(run.inputs)).market().explain(row.dossier_id, shift.pk))["reasons"]
    )


def test_one_from_the_waiting_list_keeps_them_too(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    held = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.apply(shift, factories.dossier(house, "覃海"), by=house.mo)
    following = offers.decline(held, Decline.FAR, by=house.mo)
    assert following is not None
    assert (following.reasons["waitlist"], following.reasons["rows"]["shifts"][0]["id"]) == (True, shift.pk)


def test_a_snapshot_keeps_no_date_of_birth(house: House) -> None:
    """Two grown-ups of different age leave the same row; the rules still tell a minor from both."""
    shift = factories.verified(house)
    for name, birth in (("韦一", date(1970, 1, 1)), ("覃二", date(1999, 9, 9))):
        factories.dossier(house, name, birth=birth)
    taken = snapshot.take(house.market, timezone.localdate(shift.starts_at), moment=timezone.now())
    assert len({(row["age16_from"], row["age18_from"]) for row in taken.workers}) == 1


def test_an_employers_word_counts_once_the_worker_may_know_it(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house)
    row = offers.offer(shift, wei, by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(shift.starts_at):
        attendance.arrive(row, by=house.mo)
        for side in Side:
            attendance.record_hours(row, 480, side, by=house.mo)
        ratings.rate(row, Side.EMPLOYER, dict.fromkeys(ratings.ASPECTS, 5), by=house.mo)
    assert row.state == State.DONE
    day = timezone.localdate(shift.starts_at) + timedelta(days=2)
    factories.verified(house, shift.posting.employer, day=day)
    for moment, known in ((row.ends_at, {}), (row.ends_at + timedelta(days=8), {str(shift.posting.employer_id): 200})):
        (worker,) = snapshot.take(house.market, day, moment=moment).workers
        assert worker["worked_well"] == known
