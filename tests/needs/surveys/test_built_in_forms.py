"""The questionnaires that come with the house: each passes the gate for all channels, in two languages, short enough,
with the rules that a field worker counts on; JavaRosa takes them as we do when it is there."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gongqiao.engines.xforms import Session, gate, load
from gongqiao.engines.xforms.model import Form
from gongqiao.engines.xforms.xlsform import convert
from gongqiao.needs.surveys import forms
from gongqiao.needs.surveys.actions import publishing
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import VersionState
from gongqiao.needs.surveys.properties import PROPERTIES
from gongqiao.needs.surveys.rules import POLICY
from tests.factories import House
from tools.javarosa import JavaRosa
from tools.javarosa.compare import Pair

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
ALL = forms.BUILT_IN
MOST_QUESTIONS = {"worker_needs": 40, "employer_demand": 30, "followup_30": 15, "followup_90": 15, "focus_group": 30}
SHORT = 8  # both satisfactions


def _loaded(code: str) -> Form:
    return load(convert(ALL[code][0]).xform, zone=SHANGHAI)


def _session(code: str, **said: str) -> Session:
    session = Session(_loaded(code), now=NOON, seed=1)
    for path, text in said.items():
        session.answer(session.node("/data/" + path.replace("__", "/")), text)
    return session


def _refused(session: Session, path: str, text: str) -> bool:
    return session.answer(session.node(f"/data/{path}"), text) is not None


@pytest.mark.parametrize("code", ALL)
def test_each_passes_the_gate_for_all_channels(code: str) -> None:
    made = convert(ALL[code][0])
    passed = gate.check(made.xform, now=NOON, seed=1, rows=made.rows)
    assert (made.filled, passed.channels, passed.findings) == ((), gate.CHANNELS, ())
    assert passed.reached > 0


@pytest.mark.data
@pytest.mark.parametrize("code", ALL)
def test_each_is_published_by_the_house_s_own_action(code: str, house: House) -> None:
    source, subject = ALL[code]
    row = publishing.add_version(Draft(source, subject), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    assert (row.form.code, row.form.subject, row.state) == (code, subject, VersionState.PUBLISHED)


@pytest.mark.parametrize("code", ALL)
def test_each_is_short_and_says_everything_in_both_languages(code: str) -> None:
    source, _subject = ALL[code]
    asked = [row for row in source["survey"] if row["type"].split()[0] not in NOT_ASKED and row["name"] not in TICKET]
    assert len(asked) <= MOST_QUESTIONS.get(code, SHORT)
    shown = [row for row in source["survey"] if row["type"] not in ("start", "end", "end_group", "end_repeat")]
    for row in [*shown, *source["choices"]]:
        assert row["label::中文 (zh)"]
        assert row["label::English (en)"]
    for row in shown:
        assert ("constraint" in row) == ("constraint_message::中文 (zh)" in row) == (MESSAGE_EN in row)


TICKET = frozenset({"open_ticket", "ticket_about", "ticket_phone"})  # of whoever wants what he said dealt with
NOT_ASKED = frozenset({"start", "end", "note", "begin_group", "end_group", "begin_repeat", "end_repeat"})
MESSAGE_EN = "constraint_message::English (en)"


@pytest.mark.parametrize("code", ["worker_needs", "followup_30", "followup_90"])
def test_what_a_worker_s_form_saves_is_a_fact_that_may_be_proposed(code: str) -> None:
    saved = {bind.save_to for bind in _loaded(code).binds.values() if bind.save_to}
    assert {PROPERTIES[name].field for name in saved} <= set(POLICY) | {"free_parts"}
    assert {"preferred", "pay_floor_yuan", "concerns"} <= saved


@pytest.mark.parametrize("code", ["worker_satisfaction", "employer_satisfaction", "focus_group"])
def test_who_says_how_it_was_gives_no_name_and_changes_no_file(code: str) -> None:
    form = _loaded(code)
    assert {bind.save_to for bind in form.binds.values()} == {""}
    assert form.entities == ()
    assert [place for place in form.controls if place[-1] in ("name", "phone", "file_no")] == []


def test_employer_who_wants_nobody_is_not_asked_for_hours_and_pay() -> None:
    session = _session("employer_demand", consent="yes", still="ended")
    assert not session.node("/data/need/headcount").relevant
    assert session.node("/data/ended_why").relevant
    session.answer(session.node("/data/still"), "changed")
    assert session.node("/data/need/headcount").relevant
    assert not session.node("/data/ended_why").relevant


@pytest.mark.parametrize(
    ("path", "wrong", "right"),
    [
        ("need/headcount", "0", "12"),
        ("need/first_day", "2026-11-24", "2026-11-25"),
        ("need/pay", "0", "180"),
        ("need/rest", "241", "60"),
        ("need/risks", "none height", "height heavy"),
        ("past/hard", "nobody skill leave price", "nobody skill leave"),
        ("past/months", "even m01", "m01 m02"),
    ],
)
def test_employer_form_refuses_what_cannot_be(path: str, wrong: str, right: str) -> None:
    session = _session("employer_demand", consent="yes", still="new")
    assert _refused(session, path, wrong)
    assert not _refused(session, path, right)


def test_worker_who_did_not_come_is_not_asked_about_what_he_did_not_see() -> None:
    session = _session("worker_satisfaction", used="none", overall="unsure")
    assert [session.node(f"/data/{name}").relevant for name in ("fit", "wait", "manner", "paid")] == [False] * 4
    assert _refused(session, "used", "none work")
    assert not _refused(session, "used", "work rights")
    assert [session.node(f"/data/{name}").relevant for name in ("fit", "wait", "manner", "paid")] == [True] * 4
    assert _refused(session, "better", "more near pay")


def test_who_says_nothing_more_is_not_asked_whether_to_deal_with_it() -> None:
    session = _session("worker_satisfaction", used="none", overall="unsure")
    asked = [session.node(f"/data/{name}") for name in sorted(TICKET)]
    assert [node.relevant for node in asked] == [False] * 3
    session.answer(session.node("/data/say"), "工钱少给了")
    assert [node.relevant for node in asked] == [True, False, False]
    session.answer(session.node("/data/open_ticket"), "no")
    assert [node.relevant for node in asked] == [True, False, False]
    session.answer(session.node("/data/open_ticket"), "nameless")
    assert [node.relevant for node in asked] == [True, True, True]
    assert _refused(session, "ticket_phone", "12345")
    assert not _refused(session, "ticket_phone", "15400001234")


@pytest.mark.parametrize(("code", "most"), [("followup_30", 31), ("followup_90", 91)])
def test_follow_up_counts_no_more_days_than_there_were(code: str, most: int) -> None:
    session = _session(code, consent="yes", working="some")
    assert _refused(session, "days", str(most + 1))
    assert not _refused(session, "days", str(most))
    assert session.node("/data/paid").relevant
    session.answer(session.node("/data/days"), "0")
    assert not session.node("/data/paid").relevant


def test_group_where_one_is_not_willing_has_no_topics_and_no_recording() -> None:
    session = _session("focus_group", people="8", consent="no")
    assert session.node("/data/stop").relevant
    assert not session.node("/data/pay/pay_said").relevant
    session.answer(session.node("/data/consent"), "yes")
    assert session.node("/data/pay/pay_said").relevant
    assert not session.node("/data/recording").relevant
    assert _refused(session, "women", "9")
    assert not _refused(session, "women", "8")


@pytest.mark.parametrize("code", ALL)
def test_javarosa_takes_each_as_we_do(code: str, rosa: JavaRosa, tmp_path: Path) -> None:
    today = datetime.now(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)  # as JavaRosa's own clock
    pair = Pair.of(convert(ALL[code][0]).xform, tmp_path, rosa, today)
    assert pair.blank() is None
    assert [pair.filled(seed) for seed in range(4)] == [None] * 4
