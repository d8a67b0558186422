"""Asking for a search, making it, calling it off; what somebody said to a recommendation."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify import queries as notify_queries
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement import grounds, matcher
from gongqiao.services.placement.matcher import PairAdvice
from gongqiao.services.placement.queries import ShiftLine, lines
from gongqiao.services.recommending import notes, queries, rules
from gongqiao.services.recommending.enums import Said, SearchState
from gongqiao.services.recommending.models import Recommendation, Search
from gongqiao.services.recommending.people import People, known_of, still_told
from gongqiao.services.recommending.rules import Pick, Picked, Wanted


def ask(posting: int, market: int, verification: int) -> None:
    """Within the verification's own transaction, so that neither stands without the other."""
    Search.objects.get_or_create(
        verification_id=verification,
        defaults={"posting_id": posting, "market_id": market, "asked_at": clock.now()},
    )


def call_off(posting: int) -> None:
    """Within the transaction that takes the demand off the lists: nobody is looked for, and nobody is told any more."""
    why = _("不招人了，或要重新核实")
    Search.objects.filter(posting=posting, state=SearchState.WAITING).update(
        state=SearchState.VOID, why=why, ended_at=clock.now()
    )
    rows = Recommendation.objects.filter(posting=posting, called_off_at=None, shift__ends_at__gt=clock.now())
    abouts = {row.about: row.pk for row in rows}
    untold = notify_queries.untold(abouts)
    Recommendation.objects.filter(pk__in=[abouts[about] for about in untold]).update(called_off_at=clock.now())
    notify.close_calls(*abouts, note=why)


@dataclass(frozen=True)
class _Demand:
    """What the searches of one round look for."""

    lines: dict[int, ShiftLine]  # by shift
    days: dict[int, date]
    searches: dict[int, Search]  # by posting: the last one asked for


def recommend(searches: list[Search], *, by: Membership) -> int:
    """The people of all these searches, the best pairs first; returns how many are told.

    Worked out in no transaction: a large market takes seconds, and nobody must wait for that. Then written at once,
    or, when another process was first, not at all (Stale).
    """
    check_may(by, Right.AUTOMATE)
    market, moment = by.market, clock.now()
    people = People(market, moment)
    demand = _demand(market, searches)
    wanted = _wanted(demand, people)

    def best(shift: int, most: int, without: frozenset[int]) -> Sequence[PairAdvice]:
        return matcher.people_for(market, demand.days[shift], shift, most, tuple(sorted(without)))

    salt = moment.astimezone(market.tz).date().isoformat()
    picked = rules.pick(wanted, best, room=people.room, last_told=people.last_told, salt=salt)
    return _write(searches, demand, wanted, picked, people, by=by)


def _demand(market: Market, searches: list[Search]) -> _Demand:
    """Shifts still to begin with seats open, of at most so many days of each posting."""
    newest = {search.posting_id: search for search in sorted(searches, key=lambda row: row.asked_at)}
    found, days = lines(queries.shifts_ahead(newest, clock.now())), {}
    kept: dict[int, ShiftLine] = {}
    taken: dict[int, set[date]] = defaultdict(set)
    for line in sorted(found, key=lambda line: (line.shift.starts_at, line.shift.pk)):
        day, mine = line.shift.starts_at.astimezone(market.tz).date(), taken[line.shift.posting_id]
        if line.open and (day in mine or len(mine) < rules.MOST_DAYS):
            mine.add(day)
            kept[line.shift.pk], days[line.shift.pk] = line, day
    return _Demand(kept, days, newest)


def _wanted(demand: _Demand, people: People) -> list[Wanted]:
    known, before = known_of(demand.searches), still_told(demand.lines)
    found = []
    for pk, line in demand.lines.items():
        late = people.too_late(notes.useful_until(line.shift))
        barred = people.never | late | known.get(line.shift.posting_id, set())
        wanted = rules.PER_SEAT * line.open - before.get(pk, 0)
        found.append(Wanted(line.shift.posting_id, pk, max(0, wanted), frozenset(barred)))
    return found


@transaction.atomic
def _write(
    searches: list[Search], demand: _Demand, wanted: list[Wanted], picked: Picked, people: People, *, by: Membership
) -> int:
    """The market's row is locked first: two processes count the same person's day one after the other."""
    Market.objects.select_for_update(no_key=True).get(pk=by.market_id)
    rows = _rows(demand, picked.picks, people)
    told = Counter(row.posting_id for row in rows)
    facts = _facts(demand, wanted, picked)
    for search in searches:
        mine = demand.searches[search.posting_id] is search
        said = facts.get(search.posting_id, {}) if mine else {}
        count = told[search.posting_id] if mine else 0
        why = "" if said or not mine else _("没有还缺人的班次")
        states.move(search, to=SearchState.DONE, ended_at=clock.now(), told=count, facts=said, why=why)
        audit.record("posting.recommended", search.posting, by=by, channel="system", told=count, search=search.pk)
    try:
        with transaction.atomic():
            Recommendation.objects.bulk_create(rows)
    except IntegrityError:
        raise Stale from None
    notify.tell(by.market, [notes.note(row) for row in rows])
    return len(rows)


def _rows(demand: _Demand, picks: list[Pick], people: People) -> list[Recommendation]:
    dossiers = Dossier.objects.select_related("person").in_bulk([pick.dossier for pick in picks])
    found = []
    for pick in picks:
        shift, said = demand.lines[pick.shift].shift, pick.advice.explanation
        row = Recommendation(
            market=people.market,
            search=demand.searches[pick.posting],
            posting=shift.posting,
            shift=shift,
            dossier=dossiers[pick.dossier],
            at=people.moment,
            tell_at=people.tell_at(pick.dossier),
            day=people.day_of(pick.dossier),
            nth=people.take(pick.dossier),
            place=pick.place,
            score=said.score,
            reasons={**grounds.said_of(said), "factors": [[factor.name, factor.points] for factor in said.factors]},
        )
        found.append(row)
    return found


def _facts(demand: _Demand, wanted: list[Wanted], picked: Picked) -> dict[int, dict[str, Any]]:
    """By posting and shift: how many seats were open, people wanted, told, and passed over for their day's number."""
    told = Counter(pick.shift for pick in picked.picks)
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for one in wanted:
        found[one.posting][str(one.shift)] = {
            "open": demand.lines[one.shift].open,
            "wanted": one.people,
            "told": told[one.shift],
            "capped": len(picked.capped.get(one.shift, ())),
        }
    return found


def void_gone(market: Market) -> int:
    """Searches of the market in scope whose demand left the lists before their turn; one statement for all of them."""
    gone = Search.objects.filter(state=SearchState.WAITING).exclude(posting__in=queries.on_the_lists(clock.now()))
    return int(gone.update(state=SearchState.VOID, why=_("不招人了，或要重新核实"), ended_at=clock.now()))


@transaction.atomic
def void_unwanted(market: Market) -> int:
    """A market that recommends nothing to anybody looks for nobody."""
    rows = Search.objects.filter(state=SearchState.WAITING)
    return int(rows.update(state=SearchState.VOID, why=_("市场定了不推荐新活"), ended_at=clock.now()))


@transaction.atomic
def say_no(row: Recommendation, *, by: Membership) -> None:
    """He does not want this one: said by himself, or to whoever called him. Nobody runs after him for it."""
    if by.role == Role.WORKER:
        if by.person_id != row.dossier.person_id:
            raise Refused(_("这不是推荐给您的。"))
    else:
        check_may(by, Right.DISPATCH, row)
    seen = Recommendation.objects.filter(pk=row.pk, said=Said.NOTHING)
    if seen.update(said=Said.NO, said_at=clock.now(), said_to=by) != 1:
        raise Stale
    notify.close_calls(row.about, note=_("不想去"))
    audit.record("recommendation.declined", row, by=by, on_behalf_of=row.dossier.person)


def forget(dossier: Dossier) -> None:
    """Why work was recommended to somebody who asked to be deleted; that it was, and when, stays."""
    Recommendation.objects.filter(dossier=dossier).update(reasons={})
