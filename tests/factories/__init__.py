"""Rows for tests, made through the real actions: a small house with a named cast."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from django_scopes import scope

from gongqiao.foundation.consent import texts
from gongqiao.foundation.markets import actions as markets
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.identity import check_character
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.actions import Certified, Facts, Identity
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Employer, Size
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.actions import Said
from gongqiao.needs.feedback.categories import SENSITIVE
from gongqiao.needs.feedback.enums import Category, Channel
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import Method
from gongqiao.needs.postings.models import Posting, Shift

PASSWORD = "a long word for tests"
WULITING, JIANPAN = "450203001001", "450203001002"
_numbers = count(1)


@dataclass
class House:
    """One market and its cast."""

    market: Market
    system: Membership
    mo: Membership  # 莫专员, specialist
    luo: Membership  # 罗专员, specialist
    zhou: Membership  # 周社工
    liang: Membership  # 梁经理
    shen: Membership  # 沈审计


def regions() -> None:
    rows = [
        ("450000000000", "广西壮族自治区", 1, None, None),
        ("450200000000", "柳州市", 2, "450000000000", None),
        ("450203000000", "鱼峰区", 3, "450200000000", (24.306, 109.449)),
        ("450203001000", "五里亭街道", 4, "450203000000", (24.306, 109.440)),
        (WULITING, "五里亭社区居委会", 5, "450203001000", (24.305, 109.441)),
        (JIANPAN, "箭盘社区居委会", 5, "450203001000", (24.315, 109.430)),
    ]
    for code, name, level, parent, point in rows:
        latitude, longitude = point or (None, None)
        Region.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "level": level,
                "parent_id": parent,
                "latitude": latitude,
                "longitude": longitude,
                "point_source": "operator" if point else "",
            },
        )
    texts.load()


def house(code: str = "yufeng", name: str = "鱼峰零工驿站", prefix: str = "") -> House:
    """A market with its staff; every one can sign in with PASSWORD."""
    regions()
    market = markets.found(code=code, name=name, phone="0772-1234567", region_id="450203000000", city_id="450200000000")
    with scope(market=market):
        system = organisations.open_house(market, "演示机构")
        cast = {
            "mo": ("莫专员", Role.SPECIALIST),
            "luo": ("罗专员", Role.SPECIALIST),
            "zhou": ("周社工", Role.SOCIAL_WORKER),
            "liang": ("梁经理", Role.MANAGER),
            "shen": ("沈审计", Role.AUDITOR),
        }
        posts = {
            key: organisations.give_post(
                market, by=system, title=title, role=role, username=f"{prefix}{key}", password=PASSWORD
            )
            for key, (title, role) in cast.items()
        }
    return House(market, system, **posts)


def identity_number(birth: date, *, male: bool = True) -> str:
    """A number that passes GB 11643 in a county that does not exist (450299)."""
    first = f"450299{birth:%Y%m%d}{next(_numbers) % 100:02d}{1 if male else 2}"
    return first + check_character(first)


def dossier(place: House, name: str = "韦建国", *, birth: date | None = date(1975, 3, 2), **facts: Any) -> Dossier:
    """A worker who can carry and is free all week, unless said otherwise."""
    values = {"home_id": WULITING, "week_hours": hours.ALWAYS_HEX, "channel": "none", **facts.pop("values", {})}
    skills = facts.pop("skills", {"loader": 2})
    certificates = tuple(Certified(kind, "X1", until) for kind, until in facts.pop("certificates", {}).items())
    number = identity_number(birth) if birth else ""
    who = Identity(name, facts.pop("phone", ""), number, seen=True)
    return dossiers.register(who, Facts(values, skills, certificates), by=facts.pop("by", place.zhou))


def employer(place: House, name: str = "覃记大排档") -> Employer:
    facts = EmployerFacts(name=name, size=Size.INDIVIDUAL, region_id=JIANPAN, contact_name="覃老板", contact_phone="")
    return employers.register(facts, by=place.luo)


def times(place: House, day: date | None = None, start: int = 8, length: int = 8) -> tuple[datetime, datetime]:
    day = day or timezone.now().astimezone(place.market.tz).date() + timedelta(days=1)
    begins = datetime.combine(day, time(0), place.market.tz) + timedelta(hours=start)
    return begins, begins + timedelta(hours=length)


def posting(place: House, firm: Employer | None = None, **facts: Any) -> Posting:
    """A draft for one shift tomorrow, 8 to 16, two people, 180 yuan a day."""
    firm = firm or employer(place, f"覃记大排档 {next(_numbers)}")
    begins, ends = times(place, facts.pop("day", None), facts.pop("start", 8), facts.pop("length", 8))
    shift = ShiftFacts(begins, ends, facts.pop("headcount", 2), at_least=facts.pop("at_least", 1))
    start = {
        "trade": "loader",
        "title": "家电卸车",
        "content": "把冰箱、洗衣机从车上搬到仓库，两人一台。",
        "pay_unit": "day",
        "pay_fen": 18000,
        "pay_when": "same_day",
        "region_id": JIANPAN,
        "place": "箭盘路 1 号仓库",
        "meeting_point": "仓库大门",
        "valid_until": begins.date() + timedelta(days=7),
    }
    return postings.draft(firm, PostingFacts(**{**start, **facts}), [shift], by=place.luo)


def verified(place: House, firm: Employer | None = None, **facts: Any) -> Shift:
    """The shift of a posting that 罗专员 entered and 莫专员 verified."""
    row = posting(place, firm, **facts)
    postings.submit(row, by=place.luo)
    postings.verify(row, by=place.mo, method=Method.PHONE, note="跟覃老板通过电话")
    return Shift.objects.select_related("posting__employer__organisation", "market").get(posting=row)


def ticket(
    place: House, category: Category = Category.JOB, text: str = "说好八小时，干了十个钟头。", **facts: Any
) -> Ticket:
    """Filed on the page without a name, unless said otherwise."""
    by = facts.pop("by", place.system)
    said = Said(category, facts.pop("channel", Channel.PAGE), text, **facts)
    return feedback.file(said, by=by).ticket


def handlers(place: House) -> None:
    """莫专员 and 周社工 share the sensitive categories; complaints about staff are 沈审计's and 梁经理's."""
    for post in (place.mo, place.zhou):
        for category in SENSITIVE:
            if category == Category.STAFF:
                continue
            feedback.name_handler(post, category, by=place.liang)
    feedback.name_handler(place.shen, Category.STAFF, by=place.liang)
    feedback.agree_handler(feedback.name_handler(place.liang, Category.STAFF, by=place.liang), by=place.shen)
