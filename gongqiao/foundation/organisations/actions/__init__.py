"""Giving posts to people, and taking them back."""

from gongqiao.foundation.organisations.actions.posts import give_post, open_house, worker_posts
from gongqiao.foundation.organisations.actions.staff import (
    Appointed,
    appoint,
    reset_password,
    turn_off_second_factor,
    withdraw,
)

__all__ = [
    "Appointed",
    "appoint",
    "give_post",
    "open_house",
    "reset_password",
    "turn_off_second_factor",
    "withdraw",
    "worker_posts",
]
