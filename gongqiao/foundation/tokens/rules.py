"""Who may hand out and take back which token, and for how long one is good."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.tokens.enums import RIGHT_FOR, Scope

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=400)
MOST_LIVE = 50  # of one post
MOST_LABEL = 60


def check_can_manage(actor: Membership, post: Membership) -> None:
    """His own; those of the market's integrations are the manager's too, a worker's are nobody else's."""
    if actor.pk == post.pk:
        return
    check_may(actor, Right.STAFF_MANAGE, post)
    if post.role == Role.WORKER:
        raise Refused(_("零工的令牌只能由本人管。"))


def check_can_take_back(actor: Membership, post: Membership) -> None:
    """As for handing out; of one organisation's program also whoever else acts for that organisation."""
    if not _colleagues(actor, post):
        check_can_manage(actor, post)


def _colleagues(actor: Membership, post: Membership) -> bool:
    both = actor.role == post.role == Role.EMPLOYER
    return both and (actor.market_id, actor.organisation_id) == (post.market_id, post.organisation_id)


def check_scopes(post: Membership, scopes: Iterable[str]) -> list[str]:
    """The scopes, each known and within the rights of the post."""
    wanted = sorted(set(scopes))
    if not wanted or any(scope not in Scope.values for scope in wanted):
        raise Refused(_("请选这个令牌能做什么。"))
    for scope in map(Scope, wanted):
        right = RIGHT_FOR[scope]
        if right is not None:
            check_may(post, right)
    return wanted


def scopes_for(post: Membership) -> list[Scope]:
    """What a token of this post may be for."""
    return [scope for scope, right in RIGHT_FOR.items() if right is None or post.may(right)]


def check_label(label: str) -> str:
    words = label.strip()
    if not words or len(words) > MOST_LABEL or not words.isprintable():
        raise Refused(_("请用 1 到 %(most)s 个字写这个令牌用在哪里。") % {"most": MOST_LABEL})
    return words


def check_life(life: timedelta) -> timedelta:
    if not SHORTEST <= life <= LONGEST:
        raise Refused(_("令牌最长 %(days)s 天。") % {"days": LONGEST.days})
    return life
