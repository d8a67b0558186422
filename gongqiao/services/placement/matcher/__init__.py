"""What screens ask of a day's market. Answered in this process for a small market, or by the matcher process.

A fast kernel compiles and runs threads, a pre-fork web server forks: the two never meet, because only the matcher
process loads it (engine design; paper 5.2-1).
"""

from gongqiao.services.placement.matcher.client import (
    MatcherDown,
    about_pair,
    about_shift,
    for_worker,
    people_for,
    what_if,
)
from gongqiao.services.placement.matcher.questions import PairAdvice, ShiftAdvice, WhatIf

__all__ = ["MatcherDown", "PairAdvice", "ShiftAdvice", "WhatIf"]
__all__ += ["about_pair", "about_shift", "for_worker", "people_for", "what_if"]
