"""What other capabilities tell, and what it means for answers and for what they propose."""

from typing import Any

from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.interviews.models import Excerpt
from gongqiao.needs.surveys.actions import heard, review


def after_consent_withdrawn(sender: Any, *, dossier: Dossier, purpose: Purpose, by: Membership, **facts: Any) -> None:
    """Who no longer agrees that a file is kept of him: what he has begun to answer goes."""
    if purpose == Purpose.MATCHING:
        review.drop_unfinished(dossier, by=by)


def after_blanked(*, excerpt: Excerpt, by: Membership, **_more: Any) -> None:
    heard.forget_heard(excerpt, by=by)
