"""Imports, for those who may import."""

from django.db.models import QuerySet

from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right


def visible_to(actor: Membership) -> QuerySet[ImportBatch]:
    """Of the market in scope; content and preview are opened only for one batch."""
    found: QuerySet[ImportBatch] = ImportBatch.objects.select_related("by", "confirmed_by", "reverted_by", "market")
    return found if actor.may(Right.IMPORT) else found.none()


def listed(actor: Membership) -> QuerySet[ImportBatch]:
    return visible_to(actor).defer("content", "preview").order_by("-at", "pk")


def confirmed_before(batch: ImportBatch) -> ImportBatch | None:
    """The same file, imported once already."""
    same = ImportBatch.objects.filter(sha256=batch.sha256, state="confirmed").exclude(pk=batch.pk)
    found: ImportBatch | None = same.order_by("-at").first()
    return found
