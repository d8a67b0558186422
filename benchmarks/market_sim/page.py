"""The report page, whole in itself: per measure a dot with its 95 % interval for each way, and the assumptions."""

from html import escape

import numpy as np

from benchmarks.market_sim.seasons import MEASURES, interval
from benchmarks.market_sim.ways import NOTICES_READ, ROUNDS, SUGGESTIONS

LEFT, WIDTH, LINE = 190, 640, 26
STYLE = """body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1d2733}
h2{margin:2rem 0 .2rem;font-size:1.1rem}svg{width:100%;height:auto}text{font-size:13px;fill:#1d2733}
.axis{stroke:#c9cfd6}.mine{stroke:#c2571a;fill:#c2571a}.other{stroke:#3d5a80;fill:#3d5a80}.num{font-variant-numeric:tabular-nums}"""


def page(found: dict[str, dict[str, np.ndarray]], people: int, days: int, seeds: int) -> str:
    plots = "\n".join(
        f"<h2>{escape(words)}{f' ({unit})' if unit else ''}</h2>\n{plot(found, name)}"
        for name, (words, unit, _scale) in MEASURES.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Gongqiao: ways of dispatch compared</title>
<style>{STYLE}</style></head>
<body><h1>Seven ways to bring the same people to the same shifts</h1>
<p>{seeds} drawn towns, {people} people each, {days} days. Dots are means over the towns, lines their 95 % intervals
(bootstrap over towns). Every way meets the same people, shifts, tastes and luck.</p>
<p><b>Assumptions.</b> Trades, incomes and ages follow the 2024 report on migrant workers (National Bureau of
Statistics). Town plan, hours, distances, how often people come, what they like and how often they do not turn up are
ours and were measured nowhere. The market asks at most {ROUNDS} rounds; a person reads {NOTICES_READ} notices or gets
{SUGGESTIONS} suggestions. A simulation compares ways; it predicts no market.</p>
{plots}
</body></html>
"""


def plot(found: dict[str, dict[str, np.ndarray]], name: str) -> str:
    """One line a way, on one scale."""
    _words, _unit, scale = MEASURES[name]
    spans = {way: interval(values[name] * scale) for way, values in found.items()}
    low, high = min(s[0] for s in spans.values()), max(s[2] for s in spans.values())
    room = (high - low) * 0.08 or 1.0
    low, high = low - room, high + room

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - 70)

    lines = []
    for at, (way, (left, middle, right)) in enumerate(spans.items()):
        y, kind = LINE * at + 18, "mine" if way.startswith("ours") else "other"
        lines.append(
            f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(way)}</text>'
            f'<line class="axis" x1="{LEFT}" x2="{WIDTH - 70}" y1="{y}" y2="{y}"/>'
            f'<line class="{kind}" stroke-width="3" x1="{x(left):.1f}" x2="{x(right):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle class="{kind}" cx="{x(middle):.1f}" cy="{y}" r="5"/>'
            f'<text class="num" x="{WIDTH - 60}" y="{y + 4}">{middle:.2f}</text>'
        )
    return f'<svg viewBox="0 0 {WIDTH} {LINE * len(spans) + 10}" role="img">{"".join(lines)}</svg>'
