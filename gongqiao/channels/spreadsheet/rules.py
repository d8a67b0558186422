"""Who may bring in what: a sheet needs the rights that the same entries need at the counter."""

from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may

NEEDED: dict[Kind, tuple[Right, ...]] = {
    Kind.WORKERS: (Right.IMPORT, Right.DOSSIER_WRITE),
    Kind.POSTINGS: (Right.IMPORT, Right.EMPLOYER_WRITE, Right.POSTING_WRITE),
}


def check_can_import(actor: Membership, kind: Kind, batch: ImportBatch | None = None) -> None:
    """Refused with the right that is missing, or when the batch is another market's."""
    for right in NEEDED[kind]:
        check_may(actor, right, batch)


def kinds_of(actor: Membership) -> list[Kind]:
    """The kinds of sheets this post may bring in."""
    return [kind for kind, rights in NEEDED.items() if all(actor.may(right) for right in rights)]
