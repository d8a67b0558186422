"""The hard rules by their machine names, in the one order in which a refusal is named.

The legal gates come first, then what a person can prove, then what he can do, when, where and for how much.
"""

RULES = (
    "age_unknown",
    "under_16",
    "minor_hazard",
    "certificate",
    "skill",
    "hours",
    "busy",
    "distance",
    "pay",
    "blocked",
)

# What an employer may be told about somebody who does not fit; age, other work, home, pay wish and blocks stay private.
SHOWN_TO_EMPLOYERS = frozenset({"certificate", "skill", "hours"})
