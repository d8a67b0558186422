"""The report page, whole in itself: a hundred seats as dots; per measure a dot and its 95 % interval for each way."""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from benchmarks.market_sim import words
from benchmarks.market_sim.seasons import MEASURES, interval
from benchmarks.market_sim.words import Both

Ways = Mapping[str, Mapping[str, list[float]]]
OURS = "ours: plan of the day"
NAMES, WIDTH, VALUES, LINE = 250, 760, 150, 38
TICKS = 4
STYLE = """:root{--ink:#1c2430;--ink-2:#4d5b6a;--line:#dcdfe3;--ground:#f6f4ef;--paper:#fff;--denim:#24457a;
--deep:#172f57;--wash:#e8eef8;--vest:#f26b1d;--vest-ink:#a84300;--other:#7d8894}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-break:strict;font:16px/1.6 "PingFang SC",
"HarmonyOS Sans SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif}
header{background:var(--deep);color:#fff}
header>div,main{max-width:60rem;margin:0 auto;padding:1.6rem 1.25rem}
header p{margin:.2rem 0 0;color:#d5deec}
h1{font-size:1.9rem;line-height:1.25;margin:0}
h2{font-size:1.35rem;margin:2.4rem 0 .6rem}
h3{font-size:1.05rem;margin:0}
.en{color:var(--ink-2);font-size:.86em}
header .en{color:#b9c7dd}
.facts{display:grid;grid-template-columns:repeat(3,1fr);gap:.9rem;margin-top:1.3rem}
.facts div{background:#ffffff14;border-radius:10px;padding:.8rem 1rem}
.facts b{display:block;font-size:1.9rem;line-height:1.2;font-variant-numeric:tabular-nums}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1rem 1.2rem;
margin:.8rem 0}
.way{display:grid;grid-template-columns:17rem 1fr 4.2rem;gap:.9rem;align-items:center;padding:.75rem 0;
border-top:1px solid var(--line)}
.way:first-of-type{border-top:0}
.way p{margin:.15rem 0 0;font-size:.86em;color:var(--ink-2);line-height:1.45}
.way>b:last-child{font-size:1.35rem;text-align:right;font-variant-numeric:tabular-nums}
.ours{color:var(--denim)}
svg{display:block;width:100%;height:auto}
svg text{font-size:14px;fill:var(--ink)}
svg .en,svg .tick{font-size:12px;fill:var(--ink-2)}
svg .mine text:not(.en){fill:var(--denim);font-weight:700}
.axis{stroke:var(--line)}
.mine line.span,.mine circle{stroke:var(--denim);fill:var(--denim)}
.other line.span,.other circle{stroke:var(--other);fill:var(--other)}
.num{font-variant-numeric:tabular-nums}
.better{float:right;color:var(--ink-2);font-size:.86em}
ul{padding-left:1.2rem;margin:.4rem 0}
li{margin:.5rem 0}
table{border-collapse:collapse;width:100%}
th,td{padding:.5rem .6rem;border-top:1px solid var(--line);text-align:right;
font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left}
thead th{border:0;font-weight:600;color:var(--ink-2)}
tr.ours td{font-weight:700}
@media(max-width:46rem){.facts{grid-template-columns:1fr}
.way{grid-template-columns:1fr 4rem}
.way>svg{grid-column:1/-1;grid-row:2}}
@media print{body{background:#fff}
.card{break-inside:avoid}}"""


def page(figures: Mapping[str, Any]) -> str:
    """From what `keep` wrote: sizes, and per kind of day, way and measure one figure for each town."""
    usual: Ways = figures["found"]["usual"]
    towns = len(usual[OURS]["fill"])
    groups = "".join(
        f"<h2>{_both(title)}</h2>{''.join(_card(usual, name) for name in names)}" for title, names in words.GROUPS
    )
    assumed = "".join(f"<li>{_both(line)}</li>" for line in words.ASSUMPTIONS)
    intro = Both(
        f"{towns} 座抽出来的小城，每城 {figures['people']} 人，{figures['days']} 天。线是 95% 区间。",
        f"{towns} drawn towns of {figures['people']} people, {figures['days']} days. Lines are 95 % intervals "
        "(bootstrap over towns).",
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>工桥 Gongqiao: {escape(words.TITLE.zh)}</title><style>{STYLE}</style></head>
<body><header><div><h1>{escape(words.TITLE.zh)}</h1><p class="en" lang="en">{escape(words.TITLE.en)}</p>
<p>{escape(intro.zh)}<br><span class="en" lang="en">{escape(intro.en)}</span></p>{_facts(usual)}</div></header>
<main><h2>{_both(words.FILLED)}</h2><div class="card">{"".join(_seats(way, usual[way]["fill"]) for way in usual)}</div>
{groups}
<h2>{_both(words.STRESS)}</h2><div class="card">{_stress(figures, "fill")}</div>
<div class="card">{_stress(figures, "income_gini")}</div>
<h2>{_both(words.ASSUMED)}</h2><div class="card"><ul>{assumed}</ul></div>
</main></body></html>
"""


def _both(text: Both) -> str:
    return f'{escape(text.zh)} <span class="en" lang="en">{escape(text.en)}</span>'


def _facts(usual: Ways) -> str:
    """Three figures to begin with: ours less another way."""
    lines = []
    for name, against in (("fill", "notice board"), ("fill", "lottery"), ("idle_priority", "first come")):
        scale = MEASURES[name][2]
        low, middle, high = interval((np.array(usual[OURS][name]) - np.array(usual[against][name])) * scale)
        told, other = words.HEADLINES[name], words.WAYS_IN_WORDS[against]
        lines.append(
            f"<div><b>{middle:+.1f}</b>{escape(told.zh)}（百分点）<br>比{escape(other.zh)}"
            f'<br><span class="en" lang="en">points of {escape(told.en)} against {escape(other.en)}, '
            f"95 %: {low:+.1f} to {high:+.1f}</span></div>"
        )
    return f'<div class="facts">{"".join(lines)}</div>'


def _seats(way: str, values: list[float]) -> str:
    """A hundred seats as dots: worked in, or still open."""
    share = 100 * float(np.mean(values))
    mine = way.startswith("ours")
    filled = "var(--denim)" if mine else "var(--other)"
    dots = "".join(
        f'<circle cx="{8 + at % 25 * 14}" cy="{8 + at // 25 * 14}" r="4.6" '
        + (f'fill="{filled}"/>' if at < round(share) else 'fill="none" stroke="var(--vest)" stroke-width="1.5"/>')
        for at in range(100)
    )
    name, how = words.WAYS_IN_WORDS[way], words.HOW_IT_GOES[way]
    return (
        f'<div class="way"><div><b class="{"ours" if mine else ""}">{escape(name.zh)}</b> '
        f'<span class="en" lang="en">{escape(name.en)}</span>'
        f'<p>{escape(how.zh)}<br><span lang="en">{escape(how.en)}</span></p></div>'
        f'<svg viewBox="0 0 360 58" role="img" aria-label="{share:.1f} %">{dots}</svg><b>{share:.1f}</b></div>'
    )


def _card(usual: Ways, name: str) -> str:
    title, unit, more = words.IN_WORDS[name]
    better = Both("越高越好", "more is better") if more else Both("越低越好", "less is better")
    units = f" <span class='en'>{escape(unit.zh)}</span>" if unit.zh else ""
    note = f"<p>{_both(words.NOTES[name])}</p>" if name in words.NOTES else ""
    return (
        f'<div class="card"><span class="better">{_both(better)}</span><h3>{_both(title)}{units}</h3>'
        f"{plot(usual, name)}{note}</div>"
    )


def plot(usual: Ways, name: str) -> str:
    """One line a way, on one scale."""
    scale = MEASURES[name][2]
    spans = {way: interval(np.array(values[name]) * scale) for way, values in usual.items()}
    marks = ticks(min(s[0] for s in spans.values()), max(s[2] for s in spans.values()))
    low, high = marks[0], marks[-1]

    def x(value: float) -> float:
        return NAMES + (value - low) / (high - low) * (WIDTH - NAMES - VALUES)

    foot = LINE * len(spans) + 14
    lines = [
        f'<line class="axis" x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="4" y2="{foot - 8}"/>'
        f'<text class="tick num" x="{x(mark):.1f}" y="{foot + 8}" text-anchor="middle">{mark:g}</text>'
        for mark in marks
    ]
    digits = 2 if high < 10 else 1
    for at, (way, (left, middle, right)) in enumerate(spans.items()):
        y, told = LINE * at + 22, words.WAYS_IN_WORDS[way]
        lines.append(
            f'<g class="{"mine" if way.startswith("ours") else "other"}">'
            f'<text x="{NAMES - 16}" y="{y}" text-anchor="end">{escape(told.zh)}</text>'
            f'<text class="en" x="{NAMES - 16}" y="{y + 14}" text-anchor="end">{escape(told.en)}</text>'
            f'<line class="span" stroke-width="3" x1="{x(left):.1f}" x2="{x(right):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle cx="{x(middle):.1f}" cy="{y}" r="5.5"/>'
            f'<text class="num" x="{WIDTH - VALUES + 18}" y="{y + 5}">{middle:.{digits}f}</text>'
            f'<text class="en num" x="{WIDTH}" y="{y + 5}" text-anchor="end">'
            f"[{left:.{digits}f}, {right:.{digits}f}]</text></g>"
        )
    label = escape(words.IN_WORDS[name].title.en)
    return f'<svg viewBox="0 0 {WIDTH} {foot + 14}" role="img" aria-label="{label}">{"".join(lines)}</svg>'


def ticks(low: float, high: float) -> list[float]:
    """Round figures from below the lowest to above the highest."""
    rough = max((high - low) / TICKS, 1e-9)
    ten = 10 ** np.floor(np.log10(rough))
    step = float(next(size * ten for size in (1, 2, 2.5, 5, 10) if size * ten >= rough))
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    return [round(step * at, 10) for at in range(first, max(last, first + 1) + 1)]


def _stress(figures: Mapping[str, Any], name: str) -> str:
    """One measure on each kind of day, by the ways that were run on all of them."""
    scale, digits, unit = (100, 1, " %") if name == "fill" else (1, 2, "")
    kinds = [kind for kind in words.DAYS if kind in figures["found"]]
    ways = [way for way in figures["found"]["usual"] if all(way in figures["found"][kind] for kind in kinds)]
    head = "".join(
        f"<th>{_both(words.DAYS[kind])}<br><span class='en'>{figures['people_per_seat'][kind]:g} 人 people / 缺口 seat"
        "</span></th>"
        for kind in kinds
    )
    body = ""
    for way in ways:
        cells = ""
        for kind in kinds:
            low, middle, high = interval(scale * np.array(figures["found"][kind][way][name]))
            spread = f"[{low:.{digits}f}, {high:.{digits}f}]"
            cells += f"<td>{middle:.{digits}f}{unit} <span class='en'>{spread}</span></td>"
        body += f'<tr class="{"ours" if way == OURS else ""}"><td>{_both(words.WAYS_IN_WORDS[way])}</td>{cells}</tr>'
    first = _both(words.HEADLINES["fill"] if name == "fill" else words.IN_WORDS[name].title)
    return f"<table><thead><tr><th>{first}</th>{head}</tr></thead><tbody>{body}</tbody></table>"
