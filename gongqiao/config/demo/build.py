"""The demo market: people, employers, a month of work and tomorrow's shifts, all made through the real actions."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django_scopes import scope

from gongqiao.config.demo import (
    concerns,
    followup,
    hall,
    interviews,
    mine,
    offline,
    papers,
    surveys,
    tickets,
    visits,
    voices,
)
from gongqiao.config.demo.employers import DemoEmployer, employers
from gongqiao.config.demo.needs import DemoPosting, needs
from gongqiao.config.demo.people import DemoPerson, people
from gongqiao.config.demo.source import places
from gongqiao.config.demo.talks import talk
from gongqiao.foundation import clock
from gongqiao.foundation.consent import texts
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets import actions as markets
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.regions import load
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import actions as dossier_actions
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.actions import Certified, Entry, Facts, Identity
from gongqiao.needs.dossiers.enums import Evidence, Source
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employer_actions
from gongqiao.needs.employers.models import Employer, Size
from gongqiao.needs.postings import actions as posting_actions
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import Method
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import snapshot
from gongqiao.services.placement.actions import attendance, dispatch, offers, ratings, wages
from gongqiao.services.placement.enums import Decline, Side
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending import tick as recommending

SEED = 7
PASSWORD = "gongqiao-demo"
CITY, HOME = "450200000000", "450203000000"
ACCOUNTS = {
    "mo": ("莫专员", Role.SPECIALIST),
    "luo": ("罗专员", Role.SPECIALIST),
    "zhou": ("周社工", Role.SOCIAL_WORKER),
    "liang": ("梁经理", Role.MANAGER),
    "shen": ("沈审计", Role.AUDITOR),
}
EMPLOYER_LOGIN = "qin"
MOST_ASKED = 250  # of a past day: those who came to the hall
Say = Callable[[str], None]


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    people: int = 2000
    employers: int = 180
    days: int = 32  # so that the first who worked are asked again after thirty days
    shifts_a_day: int = 3
    tomorrow: int = 150
    tickets: int = 60
    answers: int = 300  # in each of two waves


def build(today: date, say: Say, size: Scale | None = None) -> Market:
    """Everything, in the time order in which it would have happened. Same day and size: the same market."""
    size = size or Scale()
    say("行政区划 regions …")
    with transaction.atomic():
        load.load()
        texts.load()
        _points()
    founded = datetime.combine(today - timedelta(days=size.days + 90), time(8), Market().tz)
    with transaction.atomic(), clock.held_at(founded):
        market, staff = _house()
        _other_house()
    with scope(market=market):
        return _fill(market, staff, today, size, say)


def _points() -> None:
    """Every community the demo people live in gets the demo's own illustrative point."""
    rows = Region.objects.in_bulk(list(places()))
    for code, place in places().items():
        if code in rows:
            rows[code].latitude, rows[code].longitude = place.latitude, place.longitude
            rows[code].point_source = "illustrative"
    Region.objects.bulk_update(rows.values(), ["latitude", "longitude", "point_source"], batch_size=500)


def _house() -> tuple[Market, dict[str, Membership]]:
    market = markets.found(
        code="yufeng",
        name="柳州·鱼峰零工驿站",
        phone="0772-1234567",
        region_id=HOME,
        city_id=CITY,
        address="鱼峰区（演示地址）",
    )
    with scope(market=market):
        system = organisations.open_house(market, "鱼峰社会工作服务中心（演示）")
        staff = {
            name: organisations.give_post(market, by=system, title=title, role=role, username=name, password=PASSWORD)
            for name, (title, role) in ACCOUNTS.items()
        }
        tickets.name_handlers(staff)
    return market, staff


def _other_house() -> None:
    """A second market, so that what one may not see can be seen."""
    market = markets.found(
        code="liunan", name="柳州·柳南零工驿站", phone="0772-7654321", region_id="450204000000", city_id=CITY
    )
    with scope(market=market):
        system = organisations.open_house(market, "柳南社会工作服务中心（演示）")
        organisations.give_post(
            market, by=system, title="黄专员", role=Role.SPECIALIST, username="huang", password=PASSWORD
        )


def _fill(market: Market, staff: dict[str, Membership], today: date, size: Scale, say: Say) -> Market:
    say(f"零工 people {size.people} …")
    crowd = people(SEED, size.people, on=today + timedelta(days=1))
    with transaction.atomic():
        _register(market, crowd, by=staff["zhou"], latest=today - timedelta(days=size.days + 1))
    say(f"用工方 employers {size.employers} …")
    firms = employers(SEED, size.employers)
    first = today - timedelta(days=size.days - 1)
    wishes = needs(SEED, firms, first, size.days, shifts_per_day=size.shifts_a_day, tomorrow_shifts=size.tomorrow)
    asks = Counter(wish.employer.index for wish in wishes)
    with transaction.atomic(), clock.held_at(_at(market, first - timedelta(days=5), 10)):
        rows = {firm.index: _employer(firm, staff) for firm in firms}
        boss = rows[asks.most_common(1)[0][0]]  # of all employers the one who has asked most often
        account = employer_actions.give_account(
            boss, name="覃老板", phone="", by=staff["mo"], username=EMPLOYER_LOGIN, password=PASSWORD
        )
    known = [boss, *(row for row in rows.values() if row is not boss)]
    cast = tickets.Cast(market, staff, system_of(market), account, known, _some_dossiers())
    desk = tickets.open_desk(cast, today, size.days, size.tickets, SEED)
    _history(market, staff, rows, wishes, today, size, desk, say)
    with transaction.atomic():
        talk(market, staff, list(rows.values()), today, size.days, SEED)
    say(f"调查 answers {2 * size.answers} …")
    with transaction.atomic():
        surveys.ask(market, staff, today, size.days, size.answers, SEED)
        concerns.hear(staff, today, size.days)
    say("走访 visits to employers …")
    with transaction.atomic():
        visits.visit(market, staff, today, SEED)
    say("回访 asked again after 30 days …")
    with transaction.atomic():
        followup.ask_again(market, staff, today, SEED)
    say("大厅 windows and numbers …")
    with transaction.atomic():
        hall.open_hall(market, staff, today, SEED)
    say("访谈 座谈 interviews and focus groups …")
    with transaction.atomic():
        interviews.listen(market, staff, today, size.days)
    say("念给人听 recordings …")
    with transaction.atomic():
        voices.record(staff, today)
    with transaction.atomic():
        offline.cut_off(market, staff, today)
    say("纸面 工具 papers, tools …")
    with transaction.atomic():
        papers.hand_out(market, staff, today)
    say("自己的 own records, family …")
    with transaction.atomic():
        mine.keep(market, staff, today)
    say("推荐 people found for tomorrow's work …")
    with clock.held_at(_at(market, today, 8)):
        for _round in range(size.tomorrow // recommending.BATCH + 1):
            recommending.tick()
    return market


def _some_dossiers(most: int = 200) -> list[Dossier]:
    return list(Dossier.objects.select_related("person").order_by("pk")[:most])


def _at(market: Market, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), market.tz)


def _register(market: Market, crowd: list[DemoPerson], *, by: Membership, latest: date) -> None:
    """Each on the day he came, at the latest before the history begins."""
    by_day: dict[date, list[DemoPerson]] = {}
    for person in sorted(crowd, key=lambda person: person.index):
        by_day.setdefault(min(person.registered, latest), []).append(person)
    for day in sorted(by_day):
        with clock.held_at(_at(market, day, 9)):
            dossier_actions.register_all(
                [_entry(person) for person in by_day[day]],
                by=by,
                source=Source.DESK,
                agreed=(Purpose.MATCHING, Purpose.INTRODUCE),
            )


def _entry(person: DemoPerson) -> Entry:
    values = {
        "channel": person.channel,
        "channel_note": person.via or "",
        "home_id": person.home,
        "travel": person.travel,
        "max_distance_m": person.max_metres,
        "pay_floor": person.pay_floor_fen_per_hour,
        "week_hours": hours.to_hex(person.week) if person.week else "",
        "languages": list(person.languages),
        "training_wishes": list(person.training),
        "concerns": list(person.concerns),
        "note": person.note[:200],
    }
    facts = Facts(
        values,
        {skill.trade: skill.level for skill in person.skills},
        tuple(Certified(c.code, c.number, c.expires, Evidence.SEEN) for c in person.certificates),
    )
    identity = Identity(
        person.name,
        person.phone or "",
        person.identity or "",
        person.birth if person.birth_told and not person.identity else None,
        seen=bool(person.identity),
    )
    return Entry(identity, facts)


def _employer(firm: DemoEmployer, staff: dict[str, Membership]) -> Employer:
    facts = employer_actions.EmployerFacts(
        name=firm.name,
        size=Size(firm.size),
        credit_code=firm.credit_code or "",
        region_id=firm.community,
        industry=firm.industry_name or "",
        contact_name=firm.contact,
        contact_phone=firm.phone,
    )
    employer = employer_actions.register(facts, by=staff["luo"])
    if firm.licence_seen:
        employer_actions.see_licence(employer, by=staff["mo"], evidence="营业执照副本原件，当面看过（演示）")
    return employer


def _history(
    market: Market,
    staff: dict[str, Membership],
    rows: dict[int, Employer],
    wishes: list[DemoPosting],
    today: date,
    size: Scale,
    desk: tickets.Desk,
    say: Say,
) -> None:
    rng = random.Random(SEED)
    by_day: dict[date, list[DemoPosting]] = {}
    for wish in wishes:
        by_day.setdefault(wish.shifts[0].day, []).append(wish)
    tomorrow = today + timedelta(days=1)
    for day in sorted(by_day):
        if day <= today:
            with transaction.atomic():
                desk.run_until(_at(market, day - timedelta(days=1), 0))
                _past_day(market, staff, rows, by_day[day], day, today, rng)
    with transaction.atomic():
        desk.run_until(_at(market, today, 3, 30))
    say(f"历史 {size.days} 天 history; 明天 {size.tomorrow} 个班次 tomorrow …")
    with transaction.atomic(), clock.held_at(_at(market, today, 3, 30)):
        for wish in by_day.get(tomorrow, []):
            _post(wish, rows[wish.employer.index], staff)


def _post(wish: DemoPosting, employer: Employer, staff: dict[str, Membership]) -> Posting | None:
    """Draft, submit, verify; a flawed one stops where it would stop in life."""
    zone = employer.market.tz
    shifts = [
        ShiftFacts(
            datetime.combine(s.day, time(0), zone) + timedelta(minutes=s.start),
            datetime.combine(s.day, time(0), zone) + timedelta(minutes=s.end),
            s.headcount,
            s.break_minutes,
        )
        for s in wish.shifts
    ]
    facts = PostingFacts(
        trade=wish.trade,
        title=wish.title,
        content=wish.content or "",
        conditions=wish.conditions,
        min_level=wish.min_level if wish.min_level > 1 else None,
        certificates=tuple(wish.certificates),
        region_id=wish.community,
        place=wish.meeting_point or "",
        meeting_point=wish.meeting_point or "",
        pay_fen=wish.pay_fen,
        pay_unit=wish.pay_unit,
        pay_when=wish.pay_when or "",
        meals=wish.meals or "",
        travel=wish.travel or "",
        insurance=wish.insurance or "",
        valid_until=wish.valid_until,
    )
    posting = posting_actions.draft(employer, facts, shifts, by=staff["luo"], channel="phone")
    try:
        posting_actions.submit(posting, by=staff["luo"], channel="phone")
        if wish.flaw is None:
            method = Method(wish.verify_method or "phone")
            posting_actions.verify(posting, by=staff["mo"], method=method, note=wish.verify_note or "电话核实（演示）")
    except Refused:
        return None  # the flawed ones stay drafts or wait for a decision, as they would at a desk
    return posting


def _past_day(
    market: Market,
    staff: dict[str, Membership],
    rows: dict[int, Employer],
    wishes: list[DemoPosting],
    day: date,
    today: date,
    rng: random.Random,
) -> None:
    before = day - timedelta(days=1)
    with clock.held_at(_at(market, before, 15)):
        made = [_post(wish, rows[wish.employer.index], staff) for wish in wishes]
    shifts = list(
        Shift.objects.filter(posting__in=[p for p in made if p], posting__state="open")
        .select_related("posting__employer__organisation", "market")
        .order_by("pk")
    )
    if day == today:
        _dispatched(market, staff, day, rng)
        return
    with clock.held_at(_at(market, before, 17)):
        everybody = list(Dossier.objects.order_by("pk").values_list("pk", flat=True))
        ids = sorted(rng.sample(everybody, k=min(MOST_ASKED, len(everybody))))
        engine = snapshot.take(market, day, moment=clock.now(), only=ids).market()
    known = {int(pk) for pk in engine.shifts.id}
    busy: set[int] = set()
    for shift in shifts:
        if shift.pk not in known:
            continue
        fits = [s for s in engine.workers_for(shift.pk, 30) if s.worker_id not in busy]
        for suggestion in fits[: shift.headcount]:
            busy.add(suggestion.worker_id)
            dossier = Dossier.objects.select_related("person").get(pk=suggestion.worker_id)
            with clock.held_at(_at(market, before, 17, 10)):
                assignment = offers.offer(shift, dossier, by=staff["mo"], reasons={"reasons": []})
            _live_through(assignment, staff, _at(market, before, 17, 22), rng)


def _dispatched(market: Market, staff: dict[str, Membership], day: date, rng: random.Random) -> None:
    """The day that has begun was dispatched whole the evening before, by the market's policy; people have answered."""
    evening = _at(market, day - timedelta(days=1), 17)
    with clock.held_at(evening):
        run = dispatch.run_day(day, by=staff["mo"])
    rows = Assignment.objects.filter(run=run).select_related("shift__posting", "market", "person", "dossier")
    for assignment in rows.order_by("pk"):
        _answered(assignment, staff, evening + timedelta(minutes=22), rng)


def _answered(assignment: Assignment, staff: dict[str, Membership], at: datetime, rng: random.Random) -> bool:
    """Whether he goes; one in eight does not, as a hall sees."""
    with clock.held_at(at):
        if rng.random() < 0.12:
            offers.decline(assignment, rng.choice(list(Decline)), by=staff["mo"])
            return False
        offers.accept(assignment, by=staff["mo"])
        return True


def _live_through(assignment: Assignment, staff: dict[str, Membership], answered: datetime, rng: random.Random) -> None:
    """One assignment from the answer to the pay, with the share of no-shows that a hall sees."""
    mo, shift = staff["mo"], assignment.shift
    if not _answered(assignment, staff, answered, rng):
        return
    if rng.random() < 0.05:
        with clock.held_at(shift.starts_at + timedelta(minutes=40)):
            attendance.no_show(assignment, by=mo)
        return
    with clock.held_at(shift.starts_at):
        attendance.arrive(assignment, by=mo)
    with clock.held_at(shift.ends_at):
        attendance.record_hours(assignment, shift.minutes, Side.WORKER, by=mo)
        wage = attendance.record_hours(assignment, shift.minutes, Side.EMPLOYER, by=mo)
    if wage is None or wage.due_fen == 0:
        return
    with clock.held_at(shift.ends_at + timedelta(hours=1)):
        if rng.random() < 0.93:
            wages.pay(wage, wage.due_fen, by=mo)
        if rng.random() < 0.6:
            ratings.rate(assignment, Side.WORKER, {"face": rng.choice([3, 4, 4, 5, 5])}, by=mo)
            scores = {name: rng.choice([3, 4, 4, 5]) for name in ratings.ASPECTS}
            ratings.rate(assignment, Side.EMPLOYER, scores, by=mo)
