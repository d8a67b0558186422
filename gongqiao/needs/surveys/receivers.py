"""What surveys do when something happens elsewhere."""

from typing import Any

from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.interviews.models import Excerpt
from gongqiao.needs.surveys.actions import heard


def after_blanked(*, excerpt: Excerpt, by: Membership, **_more: Any) -> None:
    heard.forget_heard(excerpt, by=by)
