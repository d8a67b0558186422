"""Changing a file: what is said counts from today, what is not stays; identity, days, consent, two files of one."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent import queries as consents
from gongqiao.foundation.consent.models import ConsentRecord, ConsentText, Purpose
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import BirthEvidence, Person
from gongqiao.needs.dossiers import actions, hours, queries
from gongqiao.needs.dossiers.actions import Certified, Facts, Identity
from gongqiao.needs.dossiers.enums import Evidence, Source, State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill
from gongqiao.services.placement.actions import offers
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
BORN = date(1975, 3, 2)


def told(row: Dossier, field: str) -> list[tuple[object, ...]]:
    rows = DossierValue.objects.filter(dossier=row, field=field).order_by("pk")
    return [(value.value, value.source, value.by_id, value.superseded_at is None) for value in rows]


# --- values


def test_what_was_not_said_has_no_row_of_its_own(house: House) -> None:
    row = actions.register(Identity("蓝某"), Facts({"pay_floor": None, "note": "", "channel": "none"}), by=house.zhou)
    assert sorted(DossierValue.objects.filter(dossier=row).values_list("field", flat=True)) == ["channel", "name"]


def test_asked_again_and_unchanged_is_fresh_again_with_who_said_so(house: House) -> None:
    row = factories.dossier(house, values={"pay_floor": 1800})
    DossierValue.objects.filter(field="pay_floor").update(fresh_until=timezone.localdate() - timedelta(days=1))
    assert queries.stale_fields(row, timezone.localdate()) == {"pay_floor"}
    actions.confirm(row, "pay_floor", by=house.mo, source=Source.FAMILY)
    assert queries.stale_fields(row, timezone.localdate()) == set()
    assert told(row, "pay_floor") == [(1800, "desk", house.zhou.pk, False), (1800, "family", house.mo.pk, True)]


def test_the_home_is_confirmed_by_the_name_it_is_kept_under(house: House) -> None:
    row = factories.dossier(house)
    actions.confirm(row, "home", by=house.mo)
    assert [value[0] for value in told(row, "home")] == [factories.WULITING, factories.WULITING]


@pytest.mark.parametrize("field", ["identity", "merged_into", ""])
def test_what_is_no_value_cannot_be_confirmed(house: House, field: str) -> None:
    with pytest.raises(Refused):
        actions.confirm(factories.dossier(house), field, by=house.mo)


def test_a_wish_for_a_trade_nobody_knows_is_refused(house: House) -> None:
    row = factories.dossier(house)
    for field in ("preferred", "training_wishes"):
        with pytest.raises(Refused, match="没有“no-such”"):
            actions.update(row, Facts({field: ["no-such"]}), by=house.mo)


def test_an_auditor_and_a_stranger_change_nothing(house: House, other_house: House) -> None:
    row = factories.dossier(house)
    for by in (house.shen, other_house.zhou):
        with pytest.raises(Refused):
            actions.update(row, Facts({"note": "x"}), by=by)


# --- skills and certificates


def test_a_skill_that_was_seen_stays_seen_when_it_is_only_said_again(house: House) -> None:
    row = factories.dossier(house, skills={})
    actions.update(row, Facts(skills={"loader": 2}, evidence={"loader": Evidence.SEEN}), by=house.mo)
    actions.update(row, Facts(skills={"loader": 3, "packer": None}), by=house.zhou, source=Source.SELF)
    kept = Skill.objects.order_by("trade").values_list("trade", "level", "evidence", "source")
    assert list(kept) == [("loader", 3, "seen", "self"), ("packer", None, "said", "self")]
    actions.drop_skill(row, "loader", by=house.mo)
    assert list(Skill.objects.values_list("trade", flat=True)) == ["packer"]


def test_a_certificate_is_replaced_by_its_newer_one_and_can_be_dropped(house: House) -> None:
    row = factories.dossier(house, certificates={"health:food": date(2026, 1, 1)})
    newer = Certified("health:food", "H2", date(2027, 1, 1), Evidence.SEEN)
    actions.update(row, Facts(certificates=(newer,)), by=house.mo)
    held = Certificate.objects.get()
    assert (held.number, held.expires_on, held.evidence, held.by) == ("H2", date(2027, 1, 1), "seen", house.mo)
    actions.drop_certificate(row, "health:food", by=house.mo)
    assert Certificate.objects.count() == 0
    assert AuditEvent.objects.filter(action="dossier.certificate_dropped").get().detail == {"kind": "health:food"}


# --- dated exceptions


def test_one_day_differs_from_the_week_until_it_is_cleared(house: House) -> None:
    row, day = factories.dossier(house), timezone.localdate() + timedelta(days=3)
    actions.set_day(row, day, 0, by=house.mo, note="收甘蔗", source=Source.FAMILY)
    actions.set_day(row, day, hours.mask(5, 12), by=house.mo, note="只有上午")
    kept = DayHours.objects.get()
    assert (hours.day_words(kept.hours), kept.source, kept.by, kept.as_of) == (
        "上午",
        "desk",
        house.mo,
        timezone.localdate(),
    )
    actions.clear_day(row, day, by=house.mo)
    assert DayHours.objects.count() == 0


def test_a_day_that_is_over_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="过去"):
        actions.set_day(factories.dossier(house), timezone.localdate() - timedelta(days=1), 0, by=house.mo)


# --- identity


def test_a_correction_keeps_what_was_there_masked_and_who_made_it(house: House) -> None:
    row = factories.dossier(house, "韦建国", phone="15400001234")
    number = row.person.identity
    changed = actions.correct_identity(row, Identity("韦建果", "15400005678", number, seen=True), by=house.mo)
    assert changed == ["name", "phone"]
    assert told(row, "phone") == [
        ("154****1234", "desk", house.zhou.pk, False),
        ("154****5678", "desk", house.mo.pk, True),
    ]
    person = Person.objects.get(pk=row.person_id)
    assert (person.name, person.phone, person.phone_last4) == ("韦建果", "15400005678", "5678")
    assert list(queries.search(house.mo, "wjg")) == [row]
    shown = " ".join(str(value.value) for value in DossierValue.objects.all())
    assert number not in shown
    assert "15400005678" not in shown


def test_seeing_the_document_later_is_a_change_of_the_birth_date(house: House) -> None:
    row = actions.register(Identity("蓝某", birth=BORN), Facts(), by=house.zhou)
    assert row.person.birth_evidence == BirthEvidence.TOLD
    assert actions.correct_identity(row, Identity("蓝某", birth=BORN, seen=True), by=house.mo) == ["birth"]
    assert [value[0] for value in told(row, "birth")] == ["told", "seen"]


def test_nothing_corrected_is_no_event(house: House) -> None:
    row = factories.dossier(house)
    assert (
        actions.correct_identity(row, Identity(row.person.name, "", row.person.identity, seen=True), by=house.mo) == []
    )
    assert AuditEvent.objects.filter(action="dossier.identity_corrected").count() == 0


def test_somebody_elses_number_names_the_other_file(house: House) -> None:
    known, row = factories.dossier(house), factories.dossier(house, "韦某", birth=None)
    with pytest.raises(Refused, match=known.number):
        actions.correct_identity(row, Identity("韦某", number=known.person.identity), by=house.mo)


def test_a_correction_to_under_sixteen_is_written_and_stops_the_file(house: House) -> None:
    row, young = factories.dossier(house), timezone.localdate() - timedelta(days=15 * 365)
    with pytest.raises(Refused):
        actions.correct_identity(row, Identity("韦建国", birth=young, seen=True), by=house.shen)
    assert Person.objects.get(pk=row.person_id).birth_date == BORN
    actions.correct_identity(row, Identity("韦建国", birth=young, seen=True), by=house.zhou)
    row = Dossier.objects.select_related("person").get(pk=row.pk)
    assert (row.person.birth_date, row.state) == (young, State.PAUSED)
    with pytest.raises(Refused, match="16"):
        actions.resume(row, by=house.liang)
    actions.correct_identity(row, Identity("韦建国", birth=BORN, seen=True), by=house.zhou)
    assert row.state == State.PAUSED  # the slip of a hand: looked at again by a person
    actions.resume(row, by=house.zhou)
    assert Dossier.objects.get(pk=row.pk).state == State.ACTIVE


def test_his_files_in_other_markets_stop_too(house: House) -> None:
    row = factories.dossier(house)
    other = factories.house("liunan", "柳南零工驿站", prefix="ln")
    with scope(market=other.market):
        there = actions.register(Identity("韦建国", number=row.person.identity), Facts(), by=other.zhou)
    young = timezone.localdate() - timedelta(days=15 * 365)
    actions.correct_identity(row, Identity("韦建国", birth=young, seen=True), by=house.zhou)
    with scope(market=other.market):
        assert Dossier.objects.get(pk=there.pk).state == State.PAUSED
    stopped = AuditEvent.objects.filter(action="dossier.paused").order_by("pk").values_list("actor", flat=True)
    assert list(stopped) == [f"{post.pk} {post.title}" for post in (house.zhou, other.system)]


# --- consent


def test_withdrawing_consent_to_be_matched_stops_it_at_once_until_he_agrees_again(house: House) -> None:
    row = factories.dossier(house)
    actions.agree(row, Purpose.MATCHING, by=house.zhou)
    actions.withdraw_consent(row, Purpose.MATCHING, by=house.zhou)
    assert row.state == State.PAUSED
    with pytest.raises(Refused, match="撤回了同意"):
        actions.resume(row, by=house.zhou)
    actions.agree(row, Purpose.MATCHING, by=house.zhou)
    actions.resume(row, by=house.zhou)
    assert row.state == State.ACTIVE
    kept = ConsentRecord.objects.order_by("pk").values_list("withdrawn_at", flat=True)
    assert [at is None for at in kept] == [False, True]


def test_whoever_was_never_asked_may_be_paused_and_come_back(house: House) -> None:
    row = factories.dossier(house)
    actions.pause(row, by=house.zhou)
    actions.resume(row, by=house.zhou)
    assert row.state == State.ACTIVE


def test_without_messages_he_is_called_in_the_hall(house: House) -> None:
    row = factories.dossier(house, values={"channel": "phone"})
    actions.agree(row, Purpose.MESSAGES, by=house.zhou)
    actions.withdraw_consent(row, Purpose.MESSAGES, by=house.zhou)
    assert (row.channel, row.state) == ("none", State.ACTIVE)


def test_a_new_version_of_the_words_must_be_read_out_again(house: House) -> None:
    row = factories.dossier(house)
    actions.agree(row, Purpose.MATCHING, by=house.zhou)
    ConsentText.objects.create(purpose=Purpose.MATCHING, version=2, text="新的一版")
    line = consents.standing(row.person)[0]
    assert (line.purpose, line.agreed, line.outdated, line.text.version) == (Purpose.MATCHING, True, True, 2)
    actions.agree(row, Purpose.MATCHING, by=house.zhou)
    assert not consents.standing(row.person)[0].outdated
    assert (
        consent.withdraw(row.person, Purpose.MATCHING, by=house.zhou, channel="desk") == 2
    )  # both versions are closed


def test_consent_in_one_market_is_none_in_another(house: House, other_house: House) -> None:
    row = factories.dossier(house)
    actions.agree(row, Purpose.MATCHING, by=house.zhou)
    with scope(market=other_house.market):
        assert not consent.agreed(row.person, Purpose.MATCHING)


# --- two files of one human


@pytest.fixture
def twins(house: House) -> tuple[Dossier, Dossier]:
    """(kept, spare)"""
    return factories.dossier(house, phone="15400001234"), factories.dossier(house, birth=None, phone="15400001234")


@pytest.mark.parametrize("before", [State.ACTIVE, State.PAUSED])
def test_a_merge_leaves_one_file_and_is_undone_to_what_it_was(
    house: House, twins: tuple[Dossier, Dossier], before: State
) -> None:
    kept, spare = twins
    if before == State.PAUSED:
        actions.pause(spare, by=house.zhou)
    actions.merge(spare, kept, by=house.zhou)
    assert list(queries.visible_to(house.zhou)) == [kept]
    assert queries.surviving(Dossier.objects.get(pk=spare.pk)) == kept
    actions.unmerge(spare, by=house.zhou)
    spare.refresh_from_db()
    assert (spare.state, spare.merged_into, spare.merged_from) == (before, None, "")
    assert queries.visible_to(house.zhou).count() == 2


def test_a_merged_number_registered_again_leads_to_the_file_that_stands(house: House) -> None:
    kept, spare = factories.dossier(house), factories.dossier(house, birth=date(1975, 3, 3))
    actions.merge(spare, kept, by=house.zhou)
    with pytest.raises(Refused, match=kept.number):
        actions.register(Identity("韦建国", number=spare.person.identity), Facts(), by=house.zhou)


def test_what_cannot_be_merged(house: House, other_house: House, twins: tuple[Dossier, Dossier]) -> None:
    kept, spare = twins
    third = factories.dossier(house, "韦建果")
    with scope(market=other_house.market):
        foreign = factories.dossier(other_house)
    for a, b, by in ((kept, kept, house.zhou), (spare, kept, house.shen), (spare, foreign, house.zhou)):
        with pytest.raises(Refused):
            actions.merge(a, b, by=by)
    actions.merge(spare, kept, by=house.zhou)
    with pytest.raises(Refused, match="已经并到"):
        actions.merge(third, spare, by=house.zhou)
    with pytest.raises(Stale):
        actions.merge(Dossier(pk=spare.pk, market=house.market, state=State.ACTIVE, file_no=1), kept, by=house.zhou)


def test_work_in_hand_stops_a_merge(house: House, twins: tuple[Dossier, Dossier]) -> None:
    kept, spare = twins
    assignment = offers.offer(factories.verified(house), kept, by=house.mo)
    with pytest.raises(Refused, match="没完的活"):
        actions.merge(kept, spare, by=house.zhou)
    actions.merge(spare, kept, by=house.zhou)  # the other way round nothing is in hand
    assert assignment.dossier == kept


def test_his_own_view_follows_the_merge(house: House, twins: tuple[Dossier, Dossier]) -> None:
    kept, spare = twins
    actions.merge(spare, kept, by=house.zhou)
    for person in (kept.person, spare.person):
        assert list(queries.visible_to(Membership.objects.get(person=person, role=Role.WORKER))) == [kept]


# --- who may be here already


@pytest.mark.parametrize(
    ("who", "found"),
    [
        (Identity("别的名字", phone="15400001234"), True),
        (Identity("韦建国"), True),
        (Identity("韦建国", birth=BORN), True),
        (Identity("韦建国", birth=date(1980, 1, 1)), False),
        (Identity("韦建国", number="other"), False),
        (Identity("韦建果"), False),
    ],
)
def test_somebody_like_him_is_found_before_he_is_saved(house: House, who: Identity, found: bool) -> None:
    row = factories.dossier(house, phone="15400001234")
    number = factories.identity_number(BORN) if who.number else ""
    alike = queries.lookalikes(house.zhou, name=who.name, phone=who.phone, number=number, birth=who.birth)
    assert alike == ([row] if found else [])


def test_the_history_shows_every_value_of_both_files_newest_first(house: House, twins: tuple[Dossier, Dossier]) -> None:
    kept, spare = twins
    actions.update(kept, Facts({"pay_floor": 2000}), by=house.mo)
    actions.merge(spare, kept, by=house.zhou)
    rows = queries.history(house.shen, kept)
    assert (rows[0].field, rows[0].value) == ("pay_floor", 2000)
    assert {row.dossier_id for row in rows} == {kept.pk, spare.pk}
    assert queries.history(house.system, kept) == []
