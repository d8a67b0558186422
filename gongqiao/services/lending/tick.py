"""What happens by itself at its time: a tool that was not brought back is asked for."""

from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.services.lending import actions
from gongqiao.services.lending.enums import LoanState
from gongqiao.services.lending.models import Loan

BATCH = 200


def tick() -> dict[str, int]:
    """One round over all markets; returns how many were asked for. Safe to repeat."""
    count = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            late = Loan.objects.filter(state=LoanState.OUT, due_at__lt=clock.now(), reminded_at=None)
            by = system_of(market)
            rows = late.select_related("tool__kind", "dossier__person", "market").order_by("due_at")
            count += sum(actions.remind(loan, by=by) for loan in rows[:BATCH])
    return {"tools_asked_for": count}
