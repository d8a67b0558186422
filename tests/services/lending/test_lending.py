"""Facilities, tools by number, lent and brought back; never more out than there are, whoever races."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.lending import actions, queries
from gongqiao.services.lending.enums import FacilityKind, LoanState, ToolState
from gongqiao.services.lending.models import Loan, Tool, ToolKind
from gongqiao.services.lending.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def helmets(house: House, count: int = 2) -> ToolKind:
    return actions.add_tools("安全帽", count, by=house.liang)


def counts() -> list[tuple[str, int, int]]:
    return [(kind.name, kind.fit, kind.out) for kind in queries.kinds()]  # type: ignore[attr-defined]


def test_the_manager_keeps_the_list_of_facilities(house: House) -> None:
    with pytest.raises(Refused):
        actions.add_facility(FacilityKind.WATER, "大厅", by=house.mo)
    with pytest.raises(Refused, match="在哪里"):
        actions.add_facility(FacilityKind.WATER, " ", by=house.liang)
    row = actions.add_facility(FacilityKind.WATER, "大厅东边", by=house.liang, hours="开门就有")
    assert list(queries.facilities()) == [row]
    actions.remove_facility(row, by=house.liang)
    actions.remove_facility(row, by=house.liang)
    assert list(queries.facilities()) == []
    events = AuditEvent.objects.filter(action__startswith="facility.").order_by("number")
    assert list(events.values_list("action", flat=True)) == ["facility.added", "facility.removed"]


def test_tools_are_numbered_on_and_only_the_manager_adds_them(house: House) -> None:
    kind = helmets(house)
    assert actions.add_tools("安全帽", 1, by=house.liang, days=3) == kind
    assert list(Tool.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert ToolKind.objects.get().days == 3
    for name, count, why in (
        ("", 1, "什么工具"),
        ("锤", 0, "一次加"),
        ("锤", 201, "一次加"),
        ("安全帽", 198, "最多 200 件"),
    ):
        with pytest.raises(Refused, match=why):
            actions.add_tools(name, count, by=house.liang)
    with pytest.raises(Refused):
        actions.add_tools("锤", 1, by=house.mo)


def test_lent_until_none_is_left_then_refused(house: House) -> None:
    kind, wei, lu = helmets(house), factories.dossier(house), factories.dossier(house, "陆大海")
    first, second = actions.lend(kind, wei, by=house.mo), actions.lend(kind, lu, by=house.zhou)
    assert (first.tool.name, second.tool.name) == ("安全帽 1 号", "安全帽 2 号")
    assert first.due_at - first.lent_at == timedelta(days=1)
    assert counts() == [("安全帽", 2, 2)]
    with pytest.raises(Refused, match="都借出去了"):
        actions.lend(kind, lu, by=house.mo)
    actions.end(first, LoanState.RETURNED, by=house.zhou)
    assert actions.lend(kind, lu, by=house.mo).tool == first.tool
    with pytest.raises(Refused, match="沈审计"):
        actions.lend(kind, lu, by=house.shen)


def test_a_piece_is_out_once_whatever_the_code_does(house: House) -> None:
    loan = actions.lend(helmets(house), factories.dossier(house), by=house.mo)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.create(
            market=house.market,
            tool=loan.tool,
            dossier=loan.dossier,
            lent_at=loan.lent_at,
            lent_by=house.mo,
            due_at=loan.due_at,
        )


def test_broken_or_lost_is_written_down_and_cannot_be_lent(house: House) -> None:
    kind, wei = helmets(house, 3), factories.dossier(house)
    broken, lost = actions.lend(kind, wei, by=house.mo), actions.lend(kind, wei, by=house.mo)
    with pytest.raises(Refused, match="怎么回事"):
        actions.end(broken, LoanState.DAMAGED, by=house.mo)
    actions.end(broken, LoanState.DAMAGED, by=house.mo, note="带子断了")
    actions.end(lost, LoanState.LOST, by=house.mo, note="工地上找不到")
    assert counts() == [("安全帽", 1, 0)]
    assert [(tool.number, tool.state) for tool in queries.off(house.mo)] == [(1, ToolState.REPAIR), (2, ToolState.LOST)]
    actions.mend(broken.tool, ToolState.FIT, by=house.mo)
    actions.end(lost, LoanState.RETURNED, by=house.mo)
    assert counts() == [("安全帽", 3, 0)]
    with pytest.raises(Refused):
        actions.end(lost, LoanState.OUT, by=house.mo)


def test_a_tool_is_given_up_by_the_manager_and_not_out_of_somebodys_hands(house: House) -> None:
    loan = actions.lend(helmets(house), factories.dossier(house), by=house.mo)
    with pytest.raises(Refused):
        actions.mend(loan.tool, ToolState.RETIRED, by=house.mo)
    with pytest.raises(Refused, match="收回来"):
        actions.mend(loan.tool, ToolState.RETIRED, by=house.liang)
    actions.end(loan, LoanState.RETURNED, by=house.mo)
    actions.mend(loan.tool, ToolState.RETIRED, by=house.liang)
    assert counts() == [("安全帽", 1, 0)]


def test_five_things_at_once_and_thirty_days_are_the_most(house: House) -> None:
    kind, wei = helmets(house, 7), factories.dossier(house)
    for days, why in ((31, "30 天以内"), (-1, "30 天以内")):
        with pytest.raises(Refused, match=why):
            actions.lend(kind, wei, by=house.mo, due_at=clock.now() + timedelta(days=days))
    for _each in range(5):
        actions.lend(kind, wei, by=house.mo)
    with pytest.raises(Refused, match="已经有 5 件"):
        actions.lend(kind, wei, by=house.mo)


def test_whoever_forgot_is_called_once_and_the_call_ends_with_the_return(house: House) -> None:
    loan = actions.lend(helmets(house), factories.dossier(house), by=house.mo)
    assert tick() == {"tools_asked_for": 0}
    with clock.held_at(loan.due_at + timedelta(hours=1)):
        assert (queries.overdue_count(house.mo, clock.now()), queries.overdue_count(house.shen, clock.now())) == (1, 0)
        assert (tick(), tick()) == ({"tools_asked_for": 1}, {"tools_asked_for": 0})
        notify.deliver()
        (line,) = queries.lines(house.mo, clock.now())
        assert line.late
        assert line.call is not None
        assert (line.call.how, line.call.about, "安全帽 1 号" in line.call.body) == ("hall", f"loan:{loan.pk}", True)
        actions.record_call(loan, by=house.zhou, reached=False, note="没人接")
        actions.end(Loan.objects.get(pk=loan.pk), LoanState.RETURNED, by=house.mo)
    task = CallTask.objects.get(about=f"loan:{loan.pk}")
    assert (task.state, task.tries) == (CallState.EXPIRED, 1)
    with pytest.raises(Refused, match="没有要打的电话"):
        actions.record_call(loan, by=house.zhou, reached=True)


def test_another_market_lends_nothing_of_this_one(house: House, other_house: House) -> None:
    kind, wei = helmets(house), factories.dossier(house)
    with scope(market=other_house.market):
        assert counts() == []
        with pytest.raises(Refused):
            actions.lend(kind, wei, by=other_house.mo)


@pytest.mark.django_db(transaction=True)
def test_twelve_desks_at_once_hand_out_three_pieces_to_three(shared_house: House) -> None:
    kind = helmets(shared_house, 3)
    people = [factories.dossier(shared_house, f"韦{number}") for number in range(12)]
    start, outcome = threading.Barrier(len(people)), []

    def desk(wei: Dossier) -> None:
        try:
            with scope(market=shared_house.market):
                start.wait()
                actions.lend(kind, wei, by=shared_house.mo)
                outcome.append("lent")
        except Refused as refusal:
            outcome.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=desk, args=(wei,)) for wei in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == sorted(["lent"] * 3 + ["“安全帽”都借出去了。"] * 9)
    assert Loan.objects.filter(state=LoanState.OUT).values("tool").distinct().count() == 3
