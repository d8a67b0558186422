"""Bringing a sheet in: preview it, confirm it, take it back within a day."""

import base64
import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet import known, previews
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch, ImportedRow
from gongqiao.channels.spreadsheet.postings import PostingItem
from gongqiao.channels.spreadsheet.queries import REVERSIBLE, reversible
from gongqiao.channels.spreadsheet.rules import check_can_import
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.models import Posting

CHANNEL = "sheet"
BATCH = 500


@transaction.atomic
def preview(*, by: Membership, kind: Kind, filename: str, content: bytes) -> ImportBatch:
    """Read the whole sheet and say what would happen; nobody is registered, nothing is posted. SheetError: no sheet."""
    check_can_import(by, kind)
    moment = clock.now()
    shown = previews.preview(by.market, kind, filename, content, moment)
    batch: ImportBatch = ImportBatch.objects.create(
        market=by.market,
        kind=kind,
        filename=filename[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
        at=moment,
        rows=shown.rows,
        taken=shown.taken,
        known=shown.known,
        content=base64.b64encode(content).decode(),
        preview=shown.pack(),
    )
    audit.record("sheet.previewed", batch, by=by, kind=batch.kind, sha256=batch.sha256, rows=batch.rows)
    return batch


@transaction.atomic
def confirm(batch: ImportBatch, *, by: Membership, agreed: bool = False) -> None:
    """Register every row that can be, through the actions of the counter; once. `agreed`: consent forms are signed.

    The sheet is read again, so that whoever was registered since the preview is not registered twice.
    """
    check_can_import(by, Kind(batch.kind), batch)
    content = base64.b64decode(batch.content)
    states.move(batch, to=BatchState.CONFIRMED, confirmed_at=clock.now(), confirmed_by=by)
    if batch.kind == Kind.WORKERS:
        items = _register(batch, content, by=by, agreed=agreed)
    else:
        items = _post(batch, content, by=by)
    ImportedRow.objects.bulk_create(items, batch_size=BATCH)
    made = sum(item.outcome in (Outcome.MADE, Outcome.DRAFT) for item in items)
    batch.content, batch.preview = "", previews.Preview.unpack(batch.preview).without_sample().pack()
    batch.save(update_fields=["content", "preview"])
    audit.record("sheet.confirmed", batch, by=by, kind=batch.kind, sha256=batch.sha256, rows=batch.rows, made=made)


@transaction.atomic
def drop(batch: ImportBatch, *, by: Membership) -> None:
    """Not this one: what was read is forgotten."""
    check_can_import(by, Kind(batch.kind), batch)
    states.move(batch, to=BatchState.DROPPED, content="", preview="")
    audit.record("sheet.dropped", batch, by=by, sha256=batch.sha256)


def record_reading(batch: ImportBatch, *, by: Membership) -> None:
    """People are shown by name and half a number: opening the page is an event, as opening a file is."""
    check_can_import(by, Kind(batch.kind), batch)
    audit.record("sheet.read", batch, by=by)


@transaction.atomic
def forget_old(*, by: Membership) -> int:
    """What nobody confirmed within a day is dropped; of what can no longer be taken back only the counts stay.

    Personal data are kept no longer than their purpose needs (个人信息保护法 第十九条, 第四十七条).
    """
    check_may(by, Right.AUTOMATE)
    before = clock.now() - REVERSIBLE
    late = ImportBatch.objects.filter(state=BatchState.PREVIEWED, at__lt=before).defer("content", "preview")
    dropped = 0
    for batch in late.select_related("market").order_by("at"):
        states.move(batch, to=BatchState.DROPPED, content="", preview="")
        audit.record("sheet.forgotten", batch, by=by, channel="system", sha256=batch.sha256)
        dropped += 1
    ImportBatch.objects.filter(confirmed_at__lt=before).exclude(preview="").update(preview="")
    return dropped


@transaction.atomic
def revert(batch: ImportBatch, *, by: Membership) -> None:
    """Within 24 hours, undo what nobody has touched since; each row says whether it was undone, or why it stays."""
    check_can_import(by, Kind(batch.kind), batch)
    if batch.state == BatchState.CONFIRMED and not reversible(batch):
        raise Refused(_("导入已经超过 24 小时，不能整批撤回；要改的一条一条改。"))
    states.move(batch, to=BatchState.REVERTED, reverted_at=clock.now(), reverted_by=by)
    items = list(batch.items.filter(outcome__in=[Outcome.MADE, Outcome.DRAFT]).order_by("-pk"))
    reasons = _undo_dossiers(items, by=by) | _undo_one_by_one(items, by=by)
    for item in items:
        item.outcome = Outcome.KEPT if item.pk in reasons else Outcome.UNDONE
        item.note = reasons.get(item.pk, "")[:300]
    ImportedRow.objects.bulk_update(items, ["outcome", "note"], batch_size=BATCH)
    audit.record("sheet.reverted", batch, by=by, undone=len(items) - len(reasons), kept=len(reasons))


def _register(batch: ImportBatch, content: bytes, *, by: Membership, agreed: bool) -> list[ImportedRow]:
    parsed = previews.read_workers(batch.market, batch.filename, content, batch.at)
    here = known.workers(list(parsed.items.values()))
    new = [item for row, item in parsed.items.items() if row not in here]
    purposes = (Purpose.MATCHING, Purpose.INTRODUCE) if agreed else ()
    made = dossiers.register_all([item.entry for item in new], by=by, source=Source.SHEET, agreed=purposes)
    items = [
        ImportedRow(market=batch.market, batch=batch, row=item.rows[0], outcome=Outcome.REFUSED, note=str(result)[:300])
        if isinstance(result, Refused)
        else ImportedRow(
            market=batch.market, batch=batch, row=item.rows[0], outcome=Outcome.MADE, thing=audit.key(result)
        )
        for item, result in zip(new, made, strict=True)
    ]
    for row, each in here.items():
        said = _("已经登记过（%(number)s）。") % {"number": each.number}
        thing = f"{Dossier._meta.label_lower}:{each.pk}"
        items.append(
            ImportedRow(market=batch.market, batch=batch, row=row, outcome=Outcome.REFUSED, thing=thing, note=said)
        )
    return items


def _post(batch: ImportBatch, content: bytes, *, by: Membership) -> list[ImportedRow]:
    parsed = previews.read_postings(batch.market, batch.filename, content, batch.at)
    here, firms = known.shifts(parsed.items.values()), _Employers(by)
    said = _("这一班已经登记过。")
    items = [
        ImportedRow(market=batch.market, batch=batch, row=row, outcome=Outcome.REFUSED, note=said)
        for row in sorted(here)
    ]
    for item in known.without(parsed.items, here):
        try:
            with transaction.atomic():
                employer, new = firms.of(item)
                posting = postings.draft(employer, item.facts, item.shifts, by=by, channel=CHANNEL)
        except Refused as refusal:
            items.append(_row(batch, item, Outcome.REFUSED, note=str(refusal)))
            continue
        if new:
            items.append(_row(batch, item, Outcome.MADE, audit.key(employer)))
        try:
            postings.submit(posting, by=by, channel=CHANNEL)
            items.append(_row(batch, item, Outcome.MADE, audit.key(posting)))
        except Refused as refusal:
            items.append(_row(batch, item, Outcome.DRAFT, audit.key(posting), str(refusal)))
    return items


def _row(batch: ImportBatch, item: PostingItem, outcome: Outcome, thing: str = "", note: str = "") -> ImportedRow:
    return ImportedRow(
        market=batch.market, batch=batch, row=item.rows[0], outcome=outcome, thing=thing, note=note[:300]
    )


class _Employers:
    """The employers a sheet names: found by credit code, else by their exact name, else registered."""

    def __init__(self, by: Membership) -> None:
        self.by = by
        self.codes: dict[str, Employer] = {}
        self.names: dict[str, Employer] = {}
        for employer in Employer.objects.select_related("organisation", "market"):
            self._keep(employer)

    def of(self, item: PostingItem) -> tuple[Employer, bool]:
        facts = item.employer
        known = self.codes.get(facts.credit_code) if facts.credit_code else self.names.get(facts.name)
        if known is not None:
            return known, False
        employer = employers.register(facts, by=self.by, channel=CHANNEL)
        self._keep(employer)
        return employer, True

    def _keep(self, employer: Employer) -> None:
        if employer.organisation.credit_code:
            self.codes[employer.organisation.credit_code] = employer
        self.names.setdefault(employer.organisation.name, employer)


def _undo_dossiers(items: list[ImportedRow], *, by: Membership) -> dict[int, str]:
    keys = {int(item.thing.split(":")[1]): item.pk for item in items if item.thing.startswith("dossiers.")}
    rows: list[Dossier] = []
    for start in range(0, len(keys), BATCH):
        part = list(keys)[start : start + BATCH]
        rows += Dossier.objects.filter(pk__in=part).select_related("market", "person")
    stay = dossiers.take_back_all(rows, by=by)
    return {keys[pk]: str(refusal) for pk, refusal in stay.items()}


def _undo_one_by_one(items: list[ImportedRow], *, by: Membership) -> dict[int, str]:
    """Postings, then the employers that were registered for them."""
    reasons = {}
    for item in sorted(items, key=lambda item: not item.thing.startswith("postings.")):
        model, _colon, key = item.thing.partition(":")
        try:
            if model == "postings.posting":
                posting = Posting.objects.select_related("employer", "market").get(pk=int(key))
                postings.take_back(posting, by=by)
            elif model == "employers.employer":
                employer = Employer.objects.select_related("organisation", "market").get(pk=int(key))
                employers.take_back(employer, by=by)
        except Refused as refusal:
            reasons[item.pk] = str(refusal)
        except (Posting.DoesNotExist, Employer.DoesNotExist):
            reasons[item.pk] = _("已经不在了。")
    return reasons
