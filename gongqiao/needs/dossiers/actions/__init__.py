"""What people do to dossiers."""

from gongqiao.needs.dossiers.actions.changes import (
    check_can_write,
    drop_skill,
    merge,
    record_reading,
    set_day,
    set_personalised,
    unmerge,
    update,
)
from gongqiao.needs.dossiers.actions.facts import FIELDS, Certified, Facts, Identity
from gongqiao.needs.dossiers.actions.registration import Entry, register, register_all
from gongqiao.needs.dossiers.actions.takeback import take_back_all

__all__ = [
    "FIELDS",
    "Certified",
    "Entry",
    "Facts",
    "Identity",
    "check_can_write",
    "drop_skill",
    "merge",
    "record_reading",
    "register",
    "register_all",
    "set_day",
    "set_personalised",
    "take_back_all",
    "unmerge",
    "update",
]
