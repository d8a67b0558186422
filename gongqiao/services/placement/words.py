"""Reasons in words: from the engine's facts to sentences a person would say. Scores are never shown as numbers."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.engines.matching import (
    ChangeHours,
    DropCertificate,
    Explanation,
    Factor,
    LowerLevel,
    PayRaise,
    Unmet,
    WhyUnfilled,
    WiderReach,
)
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.money import yuan
from gongqiao.foundation.occupations.trades import catalogue

LONG_WAIT_DAYS = 60  # as ScoreCard.waiting_cap_days

_RULES = {
    "age_unknown": gettext_lazy("没看过证件，不知道年龄"),
    "under_16": gettext_lazy("未满 16 岁"),
    "minor_hazard": gettext_lazy("未满 18 岁不能干"),
    "certificate": gettext_lazy("没有要的证"),
    "skill": gettext_lazy("不会这个"),
    "hours": gettext_lazy("那段时间没空或没说"),
    "busy": gettext_lazy("那段时间已有活"),
    "distance": gettext_lazy("太远"),
    "pay": gettext_lazy("工钱低了"),
    "blocked": gettext_lazy("不去这家"),
}


NEAR_METRES = 5000  # farther than this, being near is no reason to give


def rule(name: str) -> str:
    return str(_RULES[name])


def reason(factor: Factor, *, to_worker: bool) -> str:
    """One factor as a phrase; empty when it says nothing worth saying."""
    maker = _FACTORS.get(factor.name)
    return maker(factor.detail, to_worker) if maker and factor.points > 0 else ""


def reasons(explanation: Explanation, *, to_worker: bool, most: int = 4) -> list[str]:
    """The facts that count most, in words, most points first."""
    ranked = sorted(explanation.factors, key=lambda factor: -factor.points)
    said = [reason(factor, to_worker=to_worker) for factor in ranked]
    return [words for words in said if words][:most]


def _trade_name(code: Any) -> str:
    trade = catalogue().trades.get(str(code))
    return trade.name if trade else str(code)


def _skill(detail: dict[str, Any], to_worker: bool) -> str:
    name = _trade_name(detail["trade"])
    level = {1: _("会一点"), 2: _("熟手"), 3: _("师傅")}.get(detail["level"] or 0, "")
    if to_worker:
        return _("您会%(trade)s") % {"trade": name}
    return _("%(trade)s%(level)s") % {"trade": name, "level": level}


def _wish(detail: dict[str, Any], to_worker: bool) -> str:
    return _("您说想干这个") if to_worker else _("自己想干")


def _near(detail: dict[str, Any], to_worker: bool) -> str:
    if detail["metres"] > NEAR_METRES:
        return ""
    km = f"{detail['metres'] / 1000:.1f}"
    return _("离您家大约 %(km)s 公里") % {"km": km} if to_worker else _("离 %(km)s 公里") % {"km": km}


def _pay(detail: dict[str, Any], to_worker: bool) -> str:
    if not detail["floor"]:
        return ""
    more = detail["pay"] - detail["floor"]
    return _("每小时比您要的多 %(more)s") % {"more": yuan(more)} if to_worker else _("工钱高于期望")


def _wait(detail: dict[str, Any], to_worker: bool) -> str:
    """Past two months the score counts no further, and a number would only say how old the file is."""
    if detail["days"] > LONG_WAIT_DAYS:
        return _("您等活两个多月了") if to_worker else _("等活两个多月")
    return _("您等活 %(days)s 天了") % detail if to_worker else _("等活 %(days)s 天") % detail


def _trust(detail: dict[str, Any], to_worker: bool) -> str:
    return "" if detail["reliability"] is None or detail["reliability"] < 90 else _("说到做到")


def _again(detail: dict[str, Any], to_worker: bool) -> str:
    return _("上次在这家干得好")


_FACTORS = {
    "skill_level": _skill,
    "preferred_trade": _wish,
    "distance": _near,
    "pay": _pay,
    "waiting": _wait,
    "reliability": _trust,
    "worked_before": _again,
}


def unmet(miss: Unmet) -> str:
    """Why a pair does not fit, with its figure where there is one."""
    detail = miss.detail
    if miss.rule == "distance":
        tenths = -(-max(0, detail["metres"] - detail["limit"]) // 100)  # upwards: never "0.0 km too far"
        return _("远了 %(km)s 公里") % {"km": f"{tenths / 10:.1f}"}
    if miss.rule == "pay":
        return _("每小时多 %(gap)s 就够") % {"gap": yuan(detail["gap"])}
    if miss.rule == "certificate":
        names = [catalogue().certificates[kind].name for kind in (*detail["missing"], *detail["expired"])]
        return _("缺证：%(names)s") % {"names": _("、").join(names)}
    if miss.rule == "hours":
        return _("那段时间没空")
    if miss.rule == "skill":
        return _("要会%(trade)s") % {"trade": _trade_name(detail["trade"])}
    return rule(miss.rule)


def why_open(why: WhyUnfilled) -> str:
    """为什么还缺: of those who have the skill and the papers, where they stop."""
    if why.workers and why.qualified == 0:
        return _("没有一个人有这门手艺和证。")
    parts = [
        _("%(people)s 人%(rule)s") % {"people": people, "rule": rule(name)}
        for name, people in sorted(why.counts.items(), key=lambda item: -item[1])
        if people
    ]
    stopped = _("，").join(parts) or _("都可以来，还没叫够人")
    said = _("会的有 %(qualified)s 人，能来 %(feasible)s 人：%(stopped)s。") % {
        "qualified": why.qualified,
        "feasible": why.feasible,
        "stopped": stopped,
    }
    return said + _minimum(why)


def _minimum(why: WhyUnfilled) -> str:
    """What a minimum of people means today; empty where there is none, or enough have been asked."""
    facts = {"minimum": why.minimum, "feasible": why.feasible}
    if why.minimum > why.feasible:
        return _("至少还要 %(minimum)s 人才开工，能来的只有 %(feasible)s 人：开不了工。") % facts
    if why.minimum:
        return _("至少还要 %(minimum)s 人才开工：派不满这个数就一个也不派。") % facts
    return ""


def unknown_facts(*, skills: bool, hours: bool, birth: bool) -> str:
    """What must be asked before anything can be offered; empty when all three are known."""
    asked = [(skills, _("会什么")), (hours, _("什么时候有空")), (birth, _("出生日期（看一眼证件）"))]
    missing = [what for known, what in asked if not known]
    return _("先问清楚：%(facts)s。") % {"facts": _("、").join(missing)} if missing else ""


def not_reached(count: int, title: str, policy: DispatchPolicy) -> str:
    """Something he may take is still open."""
    facts = {"count": count, "title": title}
    if policy == DispatchPolicy.FIRST_COME:
        return _("还有 %(count)s 个班能去，最合适的是“%(title)s”；他没有报名。") % facts
    return _("还有 %(count)s 个班能去，最合适的是“%(title)s”；可以叫他。") % facts


def cheapest(why: WhyUnfilled, wanted: int) -> list[str]:
    """最省的办法: of each kind of change the smallest that wins as many as are wanted, else the one that wins most.

    Nothing when enough people could come as it is.
    """
    if why.feasible >= wanted:
        return []
    kinds: dict[type, list[Any]] = {}
    for change in why.near:
        kinds.setdefault(type(change), []).append(change)
    picked = []
    for steps in kinds.values():
        enough = [step for step in steps if step.people >= wanted - why.feasible]
        picked.append(enough[0] if enough else max(steps, key=lambda step: step.people))
    return [words for words in map(_change, sorted(picked, key=lambda step: -step.people)) if words]


def _change(change: Any) -> str:
    if isinstance(change, PayRaise):
        facts = {"more": yuan(change.delta), "people": change.people}
        return _("每小时加 %(more)s，多 %(people)s 人能来") % facts
    if isinstance(change, WiderReach):
        facts = {"km": f"{change.metres / 1000:.1f}", "people": change.people}
        return _("派车接 %(km)s 公里，多 %(people)s 人能来") % facts
    if isinstance(change, LowerLevel):
        return _("程度要求放低，多 %(people)s 人能来") % {"people": change.people}
    if isinstance(change, ChangeHours):
        return _("改一改钟点，多 %(people)s 人能来") % {"people": change.people}
    if isinstance(change, DropCertificate):
        return _("有证的再多 %(people)s 人就能来（可以开班考证）") % {"people": change.people}
    return ""


_FACTOR_NAMES = {
    "skill_level": gettext_lazy("会不会、多熟"),
    "preferred_trade": gettext_lazy("自己想干"),
    "distance": gettext_lazy("离家近"),
    "pay": gettext_lazy("工钱高于他要的"),
    "waiting": gettext_lazy("等活的日子"),
    "reliability": gettext_lazy("说到做到"),
    "worked_before": gettext_lazy("以前在这家干得好"),
    "tier": gettext_lazy("公布过的优先"),
}


def factor(name: str) -> str:
    """A line of the score card in words."""
    return str(_FACTOR_NAMES[name])
