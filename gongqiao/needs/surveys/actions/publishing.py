"""Forms: a version comes in, passes the gate, is published, closes. What was published never changes."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Form as Loaded
from gongqiao.engines.xforms import XFormError, gate, load
from gongqiao.engines.xforms.nodes import decoded
from gongqiao.engines.xforms.xlsform import Sheets, convert
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files.kinds import PICTURES, VOICES, Kind
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.surveys.enums import CampaignState, Subject, VersionState
from gongqiao.needs.surveys.models import Form, FormMedia, FormVersion, Wave
from gongqiao.needs.surveys.reading import OPEN_TICKET, TICKET_WORDS

SEED = 20261125  # of the gate: the same form gets the same verdict
MOST_PATH, MOST_REPEATS = 250, 8  # what a row of answers can hold: the path of the question, the turns it stands in
MEDIA = PICTURES | VOICES | {Kind.CSV, Kind.XML}


@dataclass(frozen=True)
class Draft:
    """A form as it was uploaded: an XForm, or a spreadsheet of questions (`kind` its ending, or a dict written in the
    code), and the files it names."""

    source: str | bytes | Sheets
    subject: Subject
    kind: str = ".xlsx"
    media: Mapping[str, bytes] = field(default_factory=dict)


def add_version(draft: Draft, *, by: Membership) -> FormVersion:
    """Through the gate: where it may be filled, and that a person can come to its end. Refused, naming the row or the
    place, when the engine cannot use it or the version is there already; a form that no channel takes stays a draft."""
    check_may(by, Right.SURVEY_AUTHOR)
    try:
        return _add(draft, by)
    except IntegrityError:
        raise Refused(_("同一时间有人在加这张表，请看看是不是已经有了。")) from None


@transaction.atomic
def _add(draft: Draft, by: Membership) -> FormVersion:
    rows: Mapping[str, int] = {}
    try:
        xform, rows, told = _converted(draft)
        loaded = load(xform, zone=by.market.tz, files=draft.media)
    except XFormError as why:
        raise Refused(_unusable(why, rows)) from None
    if missing := sorted(set(loaded.external.values()) - set(draft.media) - {"last-saved"}):
        raise Refused(_("还缺表里用到的文件：%(names)s") % {"names": "、".join(missing)})
    _check_names(loaded, draft)
    form = _form(loaded, draft, by)
    if form.versions.filter(version=loaded.version).exists():
        raise Refused(_("这张表的“%(version)s”版已经有了，改过的要换一个版本号。") % {"version": loaded.version})
    now = clock.now()
    passed = gate.check_loaded(loaded, now=now.astimezone(by.market.tz), seed=SEED, files=draft.media, rows=rows)
    row = FormVersion.objects.create(
        market=by.market,
        form=form,
        version=loaded.version,
        xform=xform,
        md5=hashlib.md5(xform.encode(), usedforsecurity=False).hexdigest(),
        channels=list(passed.channels),
        findings=[*(asdict(finding) for finding in passed.findings), *({"where": "", "why": said} for said in told)],
        state=VersionState.TESTED if passed.channels else VersionState.DRAFT,
        created_by=by,
        created_at=now,
    )
    for name, content in draft.media.items():
        kept = files.keep(by.market, name, content, allowed=MEDIA)
        media_md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        FormMedia.objects.create(market=by.market, version=row, name=name, file=kept, md5=media_md5)
    audit.record("survey.form_added", row, by=by, form=form.code, version=row.version)
    return row


def _converted(draft: Draft) -> tuple[str, Mapping[str, int], tuple[str, ...]]:
    """The XForm, the row of each name, and what the conversion had to say."""
    if isinstance(draft.source, str):
        return draft.source, {}, ()
    if isinstance(draft.source, bytes) and draft.kind == ".xml":
        return decoded(draft.source, "form"), {}, ()
    made = convert(draft.source, kind=draft.kind)
    return made.xform, made.rows, made.warnings


def _unusable(why: XFormError, rows: Mapping[str, int]) -> str:
    """With the row of the sheet, where the place that is named has one."""
    row = gate.row_of(str(why), rows)
    if row is None:
        return _("这张表用不了：%(why)s") % {"why": why}
    return _("这张表用不了：第 %(row)d 行，%(why)s") % {"row": row, "why": why}


def _check_names(loaded: Loaded, draft: Draft) -> None:
    """What its names must be like, so that it has an address for phones and its answers a place in our rows."""
    if not loaded.version:
        raise Refused(_("表里没写版本（settings 的 version）。"))
    if not _plain(loaded.version, 40):
        raise Refused(_("版本（settings 的 version）太长，或有看不见的字，最多 40 个字。"))
    if not _plain(loaded.form_id, 64) or "/" in loaded.form_id or not re.search(r"\w", loaded.form_id):
        raise Refused(_("表的代号（settings 的 form_id）最多 64 个字，不能有“/”和看不见的字。"))
    if odd := [name for name in draft.media if not _plain(name, 120) or "/" in name or "\\" in name]:
        raise Refused(_("“%(name)s”这个文件名不能用，最多 120 个字。") % {"name": odd[0][:60]})
    deepest = max(("/".join(place) for place in loaded.children), key=len)
    if len(deepest) >= MOST_PATH:
        raise Refused(_("“%(path)s…”套得太深，名字太长。") % {"path": deepest[:60]})
    asked = {place[-1]: place for place in loaded.controls}
    at = asked.get(OPEN_TICKET)
    if at is not None and any(at[:size] in loaded.repeats for size in range(len(at))):
        raise Refused(_("“open_ticket”不能放在重复的组里：一份答卷只开一张诉求单。"))
    if at is not None and not asked.keys() & set(TICKET_WORDS):
        raise Refused(_("有“open_ticket”这一问，还要有写话的一问，名字叫 ticket_words 或 say。"))
    if any(
        sum(place[:size] in loaded.repeats for size in range(len(place))) >= MOST_REPEATS for place in loaded.repeats
    ):
        raise Refused(_("重复的组最多套 %(most)d 层。") % {"most": MOST_REPEATS})


def _plain(name: str, most: int) -> bool:
    return 0 < len(name) <= most and name.isprintable() and name == name.strip()


def _form(loaded: Loaded, draft: Draft, by: Membership) -> Form:
    form = Form.objects.filter(code=loaded.form_id).first()
    if form is None:
        return Form.objects.create(
            market=by.market,
            code=loaded.form_id,
            title=loaded.title[:120] or loaded.form_id,
            subject=draft.subject,
            created_by=by,
            created_at=clock.now(),
        )
    if form.subject != draft.subject:
        raise Refused(_("“%(form)s”是问%(subject)s的。") % {"form": form.title, "subject": form.get_subject_display()})
    return form


@transaction.atomic
def publish(version: FormVersion, *, by: Membership) -> None:
    """From now on it is handed out, in the waves that are still asking too; earlier ones of the form go on taking what
    phones hold."""
    check_may(by, Right.SURVEY_AUTHOR, version)
    Form.objects.select_for_update().get(pk=version.form_id)  # two at once: one is published after the other
    if version.state == VersionState.DRAFT:
        raise Refused(_("这一版没过检查，不能发布。"))
    for earlier in FormVersion.objects.filter(form=version.form_id, state=VersionState.PUBLISHED):
        states.move(earlier, to=VersionState.CLOSING)
    states.move(version, to=VersionState.PUBLISHED, published_at=clock.now())
    today = clock.now().astimezone(by.market.tz).date()
    asking = Wave.objects.filter(version__form=version.form_id, closes_on__gte=today)
    moved = asking.exclude(campaign__state=CampaignState.ENDED).exclude(version=version).update(version=version)
    audit.record("survey.form_published", version, by=by, version=version.version, waves=moved)


@transaction.atomic
def close(version: FormVersion, *, by: Membership, at_once: bool = False) -> None:
    """Closing leaves the lists and still takes what phones hold; at once takes nothing more."""
    check_may(by, Right.SURVEY_AUTHOR, version)
    states.move(version, to=VersionState.CLOSED if at_once else VersionState.CLOSING)
    audit.record("survey.form_closed", version, by=by, at_once=at_once)
