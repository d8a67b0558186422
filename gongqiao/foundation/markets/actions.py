"""Founding a market, and what its manager decides about it: settings, own days of the calendar."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.calendar import DayKind, check_overrides
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.rows import check_row

SETTINGS = frozenset(
    {
        "name",
        "address",
        "phone",
        "opens_at",
        "closes_at",
        "dispatch_policy",
        "attendance_wording",
        "answer_minutes",
        "day_labour_valid_days",
        "other_valid_days",
        "licence_valid_days",
    }
)


@transaction.atomic
def found(*, code: str, name: str, phone: str, region_id: str, city_id: str, **settings: Any) -> Market:
    """A new market with nobody in it; `organisations.actions.open_house` gives it its operator and system actor."""
    market = Market(code=code, name=name, phone=phone, region_id=region_id, city_id=city_id, **settings)
    check_row(market)
    market.save()
    return market


@transaction.atomic
def change_settings(market: Market, wanted: dict[str, Any], *, by: Membership) -> list[str]:
    """The manager's choices; what was there before stands in the log. Returns the names of what changed."""
    _check(market, by)
    if unknown := set(wanted) - SETTINGS:
        raise ValueError(f"not settings of a market: {sorted(unknown)}")
    row = Market.objects.select_for_update().get(pk=market.pk)
    changed = {name: [str(getattr(row, name)), str(value)] for name, value in wanted.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    for name in changed:
        setattr(row, name, wanted[name])
    if not changed:
        return []
    check_row(row)
    row.save(update_fields=list(changed))
    audit.record("market.settings_changed", row, by=by, changed=changed)
    return sorted(changed)


@transaction.atomic
def set_day(market: Market, day: date, kind: DayKind, name: str, *, by: Membership) -> None:
    """A day of the market's own: 三月三 is a holiday in 广西 and in no national notice."""
    _check(market, by)
    _write_days(market, {day.isoformat(): {"kind": kind.value, "name": name.strip()}}, without="")
    audit.record("market.day_set", market, by=by, day=day.isoformat(), kind=kind.value, name=name.strip())


@transaction.atomic
def clear_day(market: Market, day: date, *, by: Membership) -> None:
    """The day is as everywhere again."""
    _check(market, by)
    _write_days(market, {}, without=day.isoformat())
    audit.record("market.day_cleared", market, by=by, day=day.isoformat())


def _write_days(market: Market, more: dict[str, dict[str, str]], *, without: str) -> None:
    row = Market.objects.select_for_update().get(pk=market.pk)
    days = {day: entry for day, entry in {**row.holidays, **more}.items() if day != without}
    row.holidays = check_overrides(dict(sorted(days.items())))
    row.save(update_fields=["holidays"])
    market.holidays = row.holidays


def _check(market: Market, by: Membership) -> None:
    check_may(by, Right.MARKET_SETTINGS)
    if by.market_id != market.pk:
        raise Refused(_("这不是您所在市场的事。"))
