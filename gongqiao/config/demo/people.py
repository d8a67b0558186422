"""Invented workers of 柳州, drawn after 国家统计局's figures on migrant workers (sources in data/people.json)."""

import random
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gongqiao.config.demo.numbers import MOST_PEOPLE, identity_number, phone_number
from gongqiao.config.demo.source import DEMO_DAY, Place, communities, draw, generator, places, read
from gongqiao.config.demo.weeks import hours_mask
from gongqiao.foundation.occupations.trades import FULL_AGE, WORKING_AGE, Certificate, Trade, catalogue

TRAVEL_WORDS = {"walk": "走路", "ebike": "电动车", "bus": "公交", "bike": "自行车", "car": "开车"}
CHANNEL_WORDS = {"wechat": "微信", "sms": "短信", "phone": "电话", "family": "家人带话", "none": "大厅叫"}
MISSING_WORDS = {
    "identity": "身份证号",
    "birth": "出生日期",
    "home": "家在社区",
    "week": "什么时候有空",
    "distance": "最远公里",
    "pay_floor": "最低时薪",
}
_RELATIONS = ("女儿", "儿子", "妻子", "丈夫", "同村组长")
_RELATIVES, _WORKERS = 1, 0


@dataclass(frozen=True, slots=True)
class DemoSkill:
    """A trade at level 1-3; `evidence` is said, seen or employer, as in a dossier."""

    trade: str
    level: int
    evidence: str


@dataclass(frozen=True, slots=True)
class DemoCertificate:
    """`code` as in the trade catalogue; `expires` None: the paper has no end date."""

    code: str
    number: str
    expires: date | None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One worker. `birth` is what the draw decided; the market knows it only by `identity` or `birth_told`."""

    index: int
    name: str
    male: bool
    birth: date
    schooling: str
    calling: str
    identity: str | None
    birth_told: bool
    phone: str | None
    channel: str
    via: str | None
    home: str | None
    skills: tuple[DemoSkill, ...]
    certificates: tuple[DemoCertificate, ...]
    week: tuple[int, ...] | None
    max_metres: int | None
    travel: str
    pay_floor_fen_per_hour: int | None
    languages: tuple[str, ...]
    training: tuple[str, ...]
    concerns: tuple[str, ...]
    missing: tuple[str, ...]
    registered: date
    note: str


def people(seed: int, n: int, *, on: date = DEMO_DAY) -> list[DemoPerson]:
    """`n` workers as they stand on the day `on`; the first k of n are the same whatever n is."""
    return [_person(generator(seed, "person", index, on), index, on) for index in range(n)]


def age_on(birth: date, on: date) -> int:
    """Full years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def invented_name(rng: random.Random, *, male: bool, born: int) -> str:
    """A surname as frequent as in 柳州, a given name of the bearer's generation."""
    names = read("names")
    surname = draw(rng, names["surnames"])
    generations = names["generations"]
    place = bisect_left([g["born_until"] for g in generations], born)
    parts = generations[min(place, len(generations) - 1)]["M" if male else "F"]
    if rng.random() < names["single_share"]:
        return f"{surname}{rng.choice(parts['single'])}"
    first = rng.choice(parts["first"])
    return f"{surname}{first}{rng.choice([sign for sign in parts['second'] if sign != first])}"


def floor_basis_fen(trade: Trade) -> int:
    """The low end of a trade's usual pay, for one paid hour of its first usual shift."""
    if trade.pay.unit == "hour":
        return trade.pay.low_fen
    return trade.pay.low_fen * 60 // trade.shifts[0].paid_minutes


def _person(rng: random.Random, index: int, on: date) -> DemoPerson:
    data = read("people")
    shares = data["shares"]
    male = rng.random() >= shares["female"]
    birth = _birth(rng, data["age_bands"], on)
    age = age_on(birth, on)
    calling = _calling(rng, data["callings"], male=male, age=age)
    skills = _skills(rng, calling, age)
    name = invented_name(rng, male=male, born=birth.year)
    travel = rng.choices(data["travel"], [mode["share"] for mode in data["travel"]])[0]
    person = DemoPerson(
        index=index,
        name=name,
        male=male,
        birth=birth,
        schooling=_schooling(rng, data["schooling"], age),
        calling=calling["code"],
        identity=identity_number(index, birth, male=male) if index < MOST_PEOPLE else None,
        birth_told=index >= MOST_PEOPLE,  # the fictional counties are full: he told his birth date
        phone=phone_number(index, _WORKERS),
        channel=draw(rng, data["channels"]),
        via=None,
        home=draw(rng, communities(_quarter(rng, calling))),
        skills=skills,
        certificates=_certificates(rng, skills, index, on),
        week=_week(rng, data["patterns"][draw(rng, calling["patterns"])]),
        max_metres=1000 * rng.randint(*travel["km"]),
        travel=travel["code"],
        pay_floor_fen_per_hour=_pay_floor(rng, skills),
        languages=_languages(rng, data, name),
        training=_training(rng, data, skills, age),
        concerns=(rng.choice(data["concerns"]),) if rng.random() < shares["concern"] else (),
        missing=(),
        registered=max(on - timedelta(days=rng.randint(2, 540)), _years_later(birth, WORKING_AGE)),
        note=rng.choice(data["notes"]) if rng.random() < shares["note"] else "",
    )
    return _with_gaps(rng, _with_phone(rng, person, shares), shares)


def _birth(rng: random.Random, bands: list[Mapping[str, Any]], on: date) -> date:
    band = rng.choices(bands, [b["share"] for b in bands])[0]
    age = rng.randint(band["low"], band["high"])
    latest = on.replace(year=on.year - age) if (on.month, on.day) != (2, 29) else date(on.year - age, 2, 28)
    return latest - timedelta(days=rng.randint(0, 363))


def _years_later(birth: date, years: int) -> date:
    leap = (birth.month, birth.day) == (2, 29)
    return date(birth.year + years, 3, 1) if leap else birth.replace(year=birth.year + years)


def _schooling(rng: random.Random, schooling: Mapping[str, Any], age: int) -> str:
    shares = next(row["shares"] for row in schooling["by_age"] if age <= row["until"])
    found: str = rng.choices(schooling["levels"], shares)[0]
    return found


def _calling(rng: random.Random, callings: list[Mapping[str, Any]], *, male: bool, age: int) -> Mapping[str, Any]:
    fitting = [c for c in callings if c["ages"][0] <= age <= c["ages"][1]]
    return rng.choices(fitting, [c["men" if male else "women"] for c in fitting])[0]


def _skills(rng: random.Random, calling: Mapping[str, Any], age: int) -> tuple[DemoSkill, ...]:
    main = _open_at(age, calling["trades"])
    first = draw(rng, main)
    chosen = [first]
    if rng.random() < 0.45:
        chosen.append(draw(rng, main))
    also = _open_at(age, calling["also"])
    if also and rng.random() < 0.7:
        chosen.append(draw(rng, also))
    skills = []
    for place, code in enumerate(dict.fromkeys(chosen)):
        level = min(3, 1 + (age > 24) * (rng.random() < 0.75) + (age > 33) * (rng.random() < 0.3))
        level = level if place == 0 else max(1, level - 1)
        skills.append(DemoSkill(code, level, rng.choice(("said", "said", "said", "seen", "employer"))))
    return tuple(skills)


def _quarter(rng: random.Random, calling: Mapping[str, Any]) -> str:
    """Some live beside their work: by the factories, in the villages."""
    near = calling["near"]
    if near is not None and rng.random() < near["share"]:
        where: str = near["where"]
        return where
    return "homes"


def _open_at(age: int, trades: Mapping[str, float]) -> dict[str, float]:
    """Trades a person of that age may do (16-17: no hazardous ones)."""
    rows = catalogue().trades
    return {code: weight for code, weight in trades.items() if age >= FULL_AGE or not rows[code].hazardous}


def _certificates(
    rng: random.Random, skills: tuple[DemoSkill, ...], index: int, on: date
) -> tuple[DemoCertificate, ...]:
    rows = catalogue()
    held = read("people")["certificate_held"]
    wanted = dict.fromkeys(code for skill in skills for code in rows.trades[skill.trade].required)
    helpful = dict.fromkeys(
        code for skill in skills if skill.level > 1 for code in rows.trades[skill.trade].helpful if code not in wanted
    )
    found = [code for code in wanted if rng.random() < held[code.split(":")[0]]]
    found += [code for code in helpful if rng.random() < held["skill"]]
    return tuple(_certificate(rng, rows.certificates[code], index, on) for code in found)


def _certificate(rng: random.Random, kind: Certificate, index: int, on: date) -> DemoCertificate:
    """Numbers carry the fictional county 450299 and the worker's index."""
    letters = {"special": "T", "equipment": "TS", "construction": "桂F", "health": "桂健", "security": "桂保"}
    prefix = letters.get(kind.code.split(":")[0], "")
    number = f"{prefix}450299{rng.randint(10, 99)}{index:06d}"
    if kind.valid_months is None:
        return DemoCertificate(kind.code, number, None)
    shares = read("people")["shares"]
    chance = rng.random()
    if chance < shares["expired"]:
        left = -rng.randint(5, 200)
    elif chance < shares["expired"] + shares["expiring"]:
        left = rng.randint(2, 25)
    else:
        left = rng.randint(40, kind.valid_months * 30)
    return DemoCertificate(kind.code, number, on + timedelta(days=left))


def _week(rng: random.Random, pattern: Mapping[str, Any]) -> tuple[int, ...]:
    mask = hours_mask(pattern["hours"])
    week = [mask if day == "1" else 0 for day in pattern["days"]]
    if sum(1 for day in week if day) > 2 and rng.random() < 0.2:
        week[rng.randrange(7)] = 0
    return tuple(week)


def _pay_floor(rng: random.Random, skills: tuple[DemoSkill, ...]) -> int:
    """A little under what the first trade usually pays; a few hold out for more. Whole half yuan."""
    basis = floor_basis_fen(catalogue().trades[skills[0].trade])
    share = rng.uniform(0.72, 1.0) if rng.random() < 0.9 else rng.uniform(1.0, 1.25)
    return max(1200, round(basis * share / 50) * 50)


def _languages(rng: random.Random, data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    raised = 0.25 if name[0] in data["zhuang_surnames"] else 0.0
    found = []
    for language in data["languages"]:
        share = language["share"] + (raised if language["name"] == "壮话" else 0)
        if rng.random() < share:
            found.append(language["name"])
    return tuple(found) or ("桂柳话",)


def _training(rng: random.Random, data: Mapping[str, Any], skills: tuple[DemoSkill, ...], age: int) -> tuple[str, ...]:
    if age >= 56 or rng.random() >= data["shares"]["training"]:
        return ()
    known = {skill.trade for skill in skills}
    wishes = [code for code in data["training"] if code not in known]
    return tuple(rng.sample(wishes, rng.choice((1, 1, 2))))


def _with_phone(rng: random.Random, person: DemoPerson, shares: Mapping[str, float]) -> DemoPerson:
    """Without a phone: word by a relative or the group leader, or a call in the hall."""
    if rng.random() >= shares["no_phone"]:
        return person
    if rng.random() < 0.55:
        return replace(person, phone=None, channel="none")
    male = rng.random() < 0.5
    relation = rng.choice([word for word in _RELATIONS if word not in (("丈夫",) if person.male else ("妻子",))])
    relative = invented_name(rng, male=male, born=min(person.birth.year + 20, 2004))
    via = f"{relation} {relative} {phone_number(person.index, _RELATIVES)}"
    return replace(person, phone=None, channel="family", via=via)


def _with_gaps(rng: random.Random, person: DemoPerson, shares: Mapping[str, float]) -> DemoPerson:
    """Facts the desk has not got yet (暂缺); their names stand in `missing`."""
    missing: list[str] = []
    changes: dict[str, Any] = {}
    if rng.random() >= shares["identity"]:
        told = rng.random() < shares["birth_told"]
        missing += ["identity"] if told else ["identity", "birth"]
        changes |= {"identity": None, "birth_told": told}
    for share, fact, value in (
        ("no_home", "home", "home"),
        ("no_week", "week", "week"),
        ("no_distance", "distance", "max_metres"),
        ("no_floor", "pay_floor", "pay_floor_fen_per_hour"),
    ):
        if rng.random() < shares[share]:
            missing.append(fact)
            changes[value] = None
    return replace(person, missing=tuple(missing), **changes)


def home_of(person: DemoPerson) -> Place | None:
    """The community as a place with its illustrative point."""
    return places()[person.home] if person.home else None
