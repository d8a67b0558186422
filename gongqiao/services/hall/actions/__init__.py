"""What people do in the hall: set it up, draw a number, call it."""

from gongqiao.services.hall.actions.calling import absent, call_again, call_next, pass_on, served
from gongqiao.services.hall.actions.drawing import come_back, draw, give_up, leave
from gongqiao.services.hall.actions.setup import record_machine, set_service, set_window

__all__ = [
    "absent",
    "call_again",
    "call_next",
    "come_back",
    "draw",
    "give_up",
    "leave",
    "pass_on",
    "record_machine",
    "served",
    "set_service",
    "set_window",
]
