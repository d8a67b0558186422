"""What happens by itself: counts of tries that are over are forgotten."""

from django_scopes import scopes_disabled

from gongqiao.foundation.accounts import limits


def tick() -> dict[str, int]:
    """One round; returns what was done. Safe to repeat."""
    with scopes_disabled():
        return {"old_limits_forgotten": limits.sweep()}
