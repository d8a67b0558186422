"""A version of a form and a submission to it, through the engine."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Form, Session, SubmissionError, XFormError, load, submission
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.submission import Header, Leaf
from gongqiao.engines.xforms.xpath.values import read_datetime
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.files.kinds import PICTURES, VOICES
from gongqiao.needs.surveys.errors import Unreadable
from gongqiao.needs.surveys.models import FormVersion

KEPT = 64  # loaded forms held by a process
MOST_NAME, MOST_ID = 200, 100  # characters of a file's name, of an instance's id
MOST_CODES = 500  # choices of one answer
YES = frozenset({"yes", "1", "true", "agree"})
CONSENT, FILE_NO = "consent", "file_no"  # names of questions that mean something to us
# A concern that is to be handled: the form's own question whether it should be (NAMED, NAMELESS or no), what it is
# about (needs.feedback.enums.Category), the words, a number to be reached at.
OPEN_TICKET, TICKET_ABOUT, TICKET_PHONE = "open_ticket", "ticket_about", "ticket_phone"
TICKET_WORDS = ("ticket_words", "say")
NAMED, NAMELESS = "named", "nameless"


@dataclass(frozen=True)
class Line:
    """One answer as a row: `code` for what is counted, `number` for figures, `text` for a person's own words."""

    path: str
    row: str
    code: str = ""
    number: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Concern:
    """What he wants somebody to deal with; `named`: those who handle it may know who said it."""

    words: str
    about: str = ""
    phone: str = ""
    named: bool = False


@dataclass(frozen=True)
class Reading:
    """All that a submission says."""

    header: Header
    lines: tuple[Line, ...]
    attachments: tuple[str, ...]
    saved: dict[str, str] = field(default_factory=dict)  # property → answer, of questions outside repeats
    consented: bool | None = None
    file_no: str = ""
    concern: Concern | None = None  # with his yes to the form's own question
    started: datetime | None = None
    ended: datetime | None = None
    broken: tuple[str, ...] = ()  # paths whose answers the form's own rules do not allow

    @property
    def digest(self) -> str:
        told = "\n".join(f"{line.path} {line.row} {line.code} {line.text}" for line in self.lines)
        return hashlib.sha256(told.encode()).hexdigest()


def form_of(version: FormVersion) -> Form:
    """Loaded, with the files that came with it."""
    return _loaded(version.pk, version.md5, version.market.zone, tuple(version.media.values_list("name", "md5")))


@lru_cache(maxsize=KEPT)
def _loaded(pk: int, md5: str, zone: str, media: tuple[tuple[str, str], ...]) -> Form:
    version = FormVersion.objects.get(pk=pk)
    held = {each.name: files.content(each.file) for each in version.media.select_related("file")}
    return load(version.xform, zone=ZoneInfo(zone), files=held)


def shown_media(version: FormVersion) -> frozenset[str]:
    """Names of the pictures and voices that came with it: what stands beside questions and choices."""
    return frozenset(version.media.filter(file__kind__in=PICTURES | VOICES).values_list("name", flat=True))


LANGUAGES = {"zh": ("中文", "(zh"), "en": ("english", "(en")}


def language(form: Form, short: str) -> str | None:
    """The form's own name of a language; a form in one nameless language speaks Chinese."""
    for name in form.languages:
        if any(mark in name.lower() for mark in LANGUAGES[short]):
            return name
    return form.itext.default if short == "zh" else None


def language_for(version: FormVersion, reader: str) -> str:
    """The form's language that is the reader's (zh-hans, en), else its own."""
    return language(form_of(version), "en" if reader.lower().startswith("en") else "zh") or ""


def chance() -> Random:
    """Where a form wants chance and nobody's answer depends on it."""
    return Random(0)


def header_of(content: bytes) -> tuple[Node, Header]:
    """Unreadable says why."""
    try:
        root = submission.read(content)
        header = submission.header(root)
    except SubmissionError as why:
        raise Unreadable(str(why)) from None
    if len(header.instance_id) > MOST_ID or len(header.deprecated_id) > MOST_ID:
        raise Unreadable(_("答卷的编号太长了，最多 %(most)d 个字符。") % {"most": MOST_ID})
    return root, header


def read(version: FormVersion, root: Node, now: datetime) -> Reading:
    """What the submission says, judged again by the form's rules: a phone is not believed."""
    form = form_of(version)
    try:
        fitted = submission.fitted(form, root)
        said = list(submission.leaves(form, fitted))
        moments = {leaf.bind.preload_parameter: leaf.text for leaf in said if leaf.bind and _is_stamp(leaf)}
        ended = read_datetime(moments.get("end", ""), form.zone)
        session = Session(form, now=ended or now, seed=0, answers=fitted)
        broken = tuple(session.path_of(problem.node) for problem in session.problems())
        attachments = tuple(dict.fromkeys(_file_name(leaf) for leaf in said if _holds_file(leaf)))
    except XFormError as why:
        raise Unreadable(str(why)) from None
    answers = [leaf for leaf in said if _is_answer(leaf)]
    concern = _concern(answers)
    return Reading(
        header=submission.header(root),
        lines=tuple(line for leaf in _counted(answers, concern) for line in _lines(form, leaf)),
        attachments=attachments,
        saved={leaf.bind.save_to: leaf.text for leaf in answers if leaf.bind and leaf.bind.save_to and not leaf.turns},
        consented=_consent(answers),
        file_no=next((leaf.text for leaf in answers if leaf.place[-1] == FILE_NO), ""),
        concern=concern,
        started=read_datetime(moments.get("start", ""), form.zone),
        ended=ended,
        broken=broken,
    )


def _is_stamp(leaf: Leaf) -> bool:
    return leaf.bind is not None and leaf.bind.preload == "timestamp"


def _is_answer(leaf: Leaf) -> bool:
    """Neither what the phone filled in nor what stands in meta; NaN is nothing."""
    return "meta" not in leaf.place and leaf.text != "NaN" and not (leaf.bind is not None and leaf.bind.preload)


def _holds_file(leaf: Leaf) -> bool:
    return leaf.bind is not None and leaf.bind.kind.name == "binary" and bool(leaf.text.strip())


def _file_name(leaf: Leaf) -> str:
    """A name under which a phone can send a file; one that it cannot would be waited for for ever."""
    name = leaf.text.strip()
    if len(name) > MOST_NAME or "/" in name or "\\" in name or not name.isprintable():
        raise SubmissionError(f"/{'/'.join(leaf.place)}: {name[:60]!r} is no name of a file")
    return name


def _consent(answers: Iterable[Leaf]) -> bool | None:
    found = next((leaf.text for leaf in answers if leaf.place[-1] == CONSENT), None)
    return None if found is None else found.lower() in YES


def _concern(answers: Iterable[Leaf]) -> Concern | None:
    """Nothing that a repeat says is one: there is one ticket for a submission."""
    told = {leaf.place[-1]: leaf.text.strip() for leaf in answers if not leaf.turns}
    wants = told.get(OPEN_TICKET, "")
    words = "\n".join(filter(None, (told.get(name) for name in TICKET_WORDS)))
    if wants not in (NAMED, NAMELESS) or not words:
        return None
    return Concern(words, told.get(TICKET_ABOUT, ""), told.get(TICKET_PHONE, ""), wants == NAMED)


def _counted(answers: list[Leaf], concern: Concern | None) -> list[Leaf]:
    """What goes into a ticket is no row of the survey: collectors, reviewers and sheets do not read it."""
    theirs = {TICKET_ABOUT, TICKET_PHONE, *TICKET_WORDS} if concern else {TICKET_PHONE}
    return [leaf for leaf in answers if leaf.place[-1] not in theirs or leaf.turns]


def _lines(form: Form, leaf: Leaf) -> Iterable[Line]:
    path, row = "/" + "/".join(leaf.place), ".".join(map(str, leaf.turns))
    control = form.control_at(leaf.place)
    chosen = control.kind if control is not None else ""
    kind = leaf.bind.kind.name if leaf.bind is not None else "string"
    if chosen in ("select", "rank"):
        codes = list(dict.fromkeys(leaf.text.split()))
        if len(codes) > MOST_CODES:
            raise Unreadable(_("%(path)s 选了 %(count)d 项，太多了。") % {"path": path, "count": len(codes)})
        ranked = chosen == "rank"  # there the order is the answer
        return [
            Line(path, row, code=code[:120], number=float(at) if ranked else None) for at, code in enumerate(codes, 1)
        ]
    if chosen == "select1" or kind in ("binary", "boolean", "barcode") or chosen == "trigger":
        return [Line(path, row, code=leaf.text[:120])]
    value = leaf.bind.read(leaf.text) if leaf.bind is not None else leaf.text
    if isinstance(value, float) and math.isfinite(value):
        return [Line(path, row, code=leaf.text[:120], number=value)]
    if isinstance(value, datetime):
        local = value.astimezone(form.zone)
        shown: date | datetime = local.date() if kind == "date" else local
        return [Line(path, row, code=f"{local:%H:%M}" if kind == "time" else shown.isoformat()[:120])]
    return [Line(path, row, text=leaf.text)]
