"""A form that is filled on a page of ours: what one step brings, kept as a draft until it is handed in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gongqiao.engines.xforms import Problem, Session, submission
from gongqiao.engines.xforms.nodes import Node
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files import queries as stored
from gongqiao.foundation.files.kinds import PICTURES, VOICES, Kind
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.models import DraftFile, FormVersion, SheetDraft

ENDINGS = {
    Kind.JPEG: "jpg",
    Kind.PNG: "png",
    Kind.WEBP: "webp",
    Kind.MP3: "mp3",
    Kind.MP4: "m4a",
    Kind.OGG: "ogg",
    Kind.WEBM: "webm",
    Kind.WAV: "wav",
    Kind.AMR: "amr",
    Kind.PDF: "pdf",
}


@dataclass(frozen=True)
class Said:
    """What one step brings, by the path of the question: answers ("" takes one away), files; turns of a repeat to add
    (path of what it stands in, its name) or to take away."""

    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    add: tuple[str, str] | None = None
    remove: str = ""


def opened(version: FormVersion, draft: SheetDraft | None, moment: datetime, language: str = "") -> Session:
    """As it was left, or fresh; what a fresh one draws by chance counts from the first step that is kept."""
    form = reading.form_of(version)
    answers = submission.fitted(form, submission.read(draft.content.encode())) if draft is not None else None
    return Session(form, now=moment, seed=secrets.randbits(62), language=language, answers=answers)


def taken(session: Session, said: Said) -> tuple[list[Problem], dict[str, Node]]:
    """The answers, in the order of the page: one that hides a later question takes it along; then the turns. Problems
    are what was not taken; the nodes are those that files are for. Stale when the page is older than the answers."""
    problems = []
    try:
        for path, value in said.answers.items():
            problem = session.answer(session.node(path), value)
            if problem is not None:
                problems.append(problem)
        if said.remove:
            session.remove_turn(session.node(said.remove))
        if said.add is not None:
            parent = session.node(said.add[0])
            session.add_turn(parent, (*parent.place, said.add[1]))
        return problems, {path: session.node(path) for path in said.files}
    except (LookupError, ValueError):  # an XFormError is one, and so is a turn that is no number
        raise Stale from None


def keep(draft: SheetDraft, session: Session, said: Said, pictured: Mapping[str, Node]) -> list[Problem]:
    """Files sealed, answers written down; the problems are files that are none we take."""
    problems = []
    for path, node in pictured.items():
        try:
            session.answer(node, _kept(draft, node.name, said.files[path]))
        except Refused as refusal:
            problems.append(Problem(node, "file", str(refusal)))
    draft.content, draft.saved_at = submission.write(session.root).decode(), clock.now()
    draft.save(update_fields=["content", "saved_at"])
    return problems


def _kept(draft: SheetDraft, what: str, content: bytes) -> str:
    """Sealed under a name of ours; what a phone calls it says nothing."""
    number = draft.files.count() + 1
    file = files.keep(draft.market, f"{what}-{number}", content, allowed=PICTURES | VOICES)
    name = f"{what}-{number}.{ENDINGS[Kind(file.kind)]}"
    draft.files.create(market=draft.market, name=name, file=file)
    return name


def contents(draft: SheetDraft | None, *, scan: bool = False) -> dict[str, bytes]:
    """The files of a draft by their names: those of the answers, or the pictures of the paper."""
    if draft is None:
        return {}
    return {each.name: stored.content(each.file) for each in draft.files.filter(scan=scan).select_related("file")}


def drop(*drafts: SheetDraft) -> None:
    """With their files: what was begun and never handed in, or stands in a submission now."""
    keys = [draft.pk for draft in drafts]
    for each in DraftFile.objects.filter(draft__in=keys).select_related("file"):
        each.delete()
        files.forget(each.file)
    SheetDraft.objects.filter(pk__in=keys).delete()
