"""Taking in what a desk wrote down without a network: each entry once, and what cannot be done waits for a person."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.channels.offline import queries
from gongqiao.channels.offline.enums import Kind, State
from gongqiao.channels.offline.models import DeskKey, Entry
from gongqiao.channels.offline.rules import LONGEST, Moment, reckon
from gongqiao.channels.offline.sent import Registration, Sealed, Sent, Unfit, Visit, Work
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.crypto.box import new_pair, open_box, text_of
from gongqiao.foundation.crypto.errors import CipherError
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import queries as files
from gongqiao.needs.dossiers.enums import State as FileState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.actions import queue
from gongqiao.services.placement.models import QueueTicket

CHANNEL = "offline desk"
MOST_RACES = 5


@dataclass(frozen=True)
class Done:
    dossier: Dossier
    ticket: QueueTicket | None = None


@transaction.atomic
def keep(*, by: Membership, people: int) -> DeskKey:
    """The keys of this post for today. A desk that may go on without a network takes a list with it: that is written
    down like any other list that leaves the house."""
    check_may(by, Right.DOSSIER_WRITE)
    day = clock.now().astimezone(by.market.tz).date()
    made = DeskKey.objects.filter(by=by, day=day).first() or _new_key(by, day)
    audit.record("offline.kept", made, by=by, people=people)
    return made


def _new_key(by: Membership, day: date) -> DeskKey:
    public, private = new_pair()
    shown = text_of(secrets.token_bytes(32))
    facts = {"public": public, "private": private, "shown": shown, "made_at": clock.now()}
    try:
        with transaction.atomic():
            made: DeskKey = DeskKey.objects.create(market=by.market, by=by, day=day, **facts)
    except IntegrityError:
        raise Stale from None
    return made


def opened(sealed: Sealed, *, by: Membership) -> Sent:
    """What was sealed; only for the post whose key it was sealed with. Raises Refused, each time by name."""
    check_may(by, Right.DOSSIER_WRITE)
    key = DeskKey.objects.select_related("by").filter(pk=sealed.to).first()
    if key is None:
        raise Refused(_("封这一条的钥匙已经没有了（过了三十天，或者是别的市场的），打不开。"))
    if key.by_id != by.pk:
        raise Refused(_("这一条是%(who)s记的，要本人登录才能发。") % {"who": key.by.title})
    try:
        content = open_box(key.private, sealed.box, str(sealed.key).encode())
    except CipherError:
        raise Refused(_("这一条打不开：路上被改过，或者不是这把钥匙封的。")) from None
    return Sent.read(sealed.key, content)


def receive(sent: Sent, work: Work, *, by: Membership, sent_at: datetime) -> Entry:
    """One entry from a desk that was without a network. The same key with the same words is the same entry; with other
    words, or from somebody else, it is refused. What cannot be done is kept, says why, and waits for a person."""
    check_may(by, Right.DOSSIER_WRITE)
    moment = reckon(sent.said_at, sent_at, clock.now())

    def take_in() -> Entry:
        entry = _new_entry(sent, moment, by)
        try:
            with transaction.atomic():
                done = _do(work, entry, by)
        except (dossiers.Raced, Stale):
            raise
        except Refused as refusal:
            entry.state, entry.why, entry.body = State.WAITS, str(refusal)[:300], sent.body()
        else:
            entry.state, entry.dossier, entry.ticket = State.DONE, done.dossier, done.ticket
        entry.save(force_insert=True)
        _record("offline.arrived" if entry.state == State.DONE else "offline.waits", entry, by)
        return entry

    return _once(sent, by, take_in)


def register_once(sent: Sent, work: Registration, *, by: Membership) -> Entry:
    """The ordinary page under its key: sent again after an answer that was lost, it is the same registration. Raises
    Refused as registering does; nothing is kept of what was refused."""
    now = clock.now()
    moment = Moment(now, now, now, timedelta(0))

    def register() -> Entry:
        entry = _new_entry(sent, moment, by)
        entry.online = True
        entry.dossier = dossiers.register(work.identity, work.facts, by=by, agreed=work.agreed)
        entry.save(force_insert=True)
        return entry

    return _once(sent, by, register)


def _once(sent: Sent, by: Membership, make: Callable[[], Entry]) -> Entry:
    """Not atomic as a whole: each try is, and one that lost a race is read again or tried again."""
    for _attempt in range(MOST_RACES):
        known = known_of(sent, by=by)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return make()
        except (IntegrityError, dossiers.Raced, Stale):
            continue
    raise Stale


def known_of(sent: Sent, *, by: Membership) -> Entry | None:
    """The entry of this key, if it has arrived; Refused when it was somebody else's or said something else."""
    found: Entry | None = Entry.objects.select_related("dossier", "by").filter(key=sent.key).first()
    if found is None:
        return None
    if found.by_id != by.pk:
        raise Refused(_("这个编号是%(who)s用过的。") % {"who": found.by.title})
    if found.digest and found.digest != sent.digest():
        raise Refused(_("这个编号已经用别的内容交过一次，这一次没有收。要再登记，请打开新的登记页。"))
    return found


def _new_entry(sent: Sent, moment: Moment, by: Membership) -> Entry:
    return Entry(
        market=by.market,
        key=sent.key,
        kind=sent.kind,
        state=State.DONE,
        by=by,
        digest=sent.digest(),
        said_at=moment.said_at,
        made_at=moment.made_at,
        arrived_at=moment.arrived_at,
        clock_off_s=round(moment.off.total_seconds()),
        follows=Entry.objects.filter(key=sent.follows).first() if sent.follows else None,
    )


def _do(work: Work, entry: Entry, by: Membership) -> Done:
    """The ordinary actions, under this way in; as of the day on which it was said."""
    day = entry.made_at.astimezone(by.market.tz).date()
    if isinstance(work, Unfit):
        raise Refused(work.why)
    if isinstance(work, Registration):
        _check_alone(work, by)
        facts = {"agreed": work.agreed, "said_on": day, "channel": CHANNEL}
        return Done(dossiers.register(work.identity, work.facts, by=by, **facts))  # type: ignore[arg-type]
    dossier = _who_came(work, entry, by)
    return Done(dossier, queue.check_in(dossier, day, by=by, channel=CHANNEL))


def _check_alone(work: Registration, by: Membership) -> None:
    if work.another:
        return
    alike = queries.alike(work.identity, by)
    if alike:
        told = _("、").join(row.number for row in alike[:5])
        raise Refused(_("已有档案，可能是同一个人：%(numbers)s。") % {"numbers": told})


def _who_came(visit: Visit, entry: Entry, by: Membership) -> Dossier:
    """His file as it stands now; Refused when the number is nobody's, another's, merged or at rest."""
    if entry.follows is not None:
        return _registered(entry.follows)
    if visit.after:
        raise Refused(_("登记他的那一条没有到。"))
    found = _meant(visit.who, by) if visit.who else queries.named_file(visit, by)
    if found is None:
        raise Refused(_("没有档案号 %(number)s。") % {"number": visit.number or visit.file})
    if found.state == FileState.ERASED:
        raise Refused(_("没有档案号 %(number)s。") % {"number": found.number})
    if found.state == FileState.MERGED:
        told = {"old": found.number, "new": files.surviving(found).number}
        raise Refused(_("%(old)s 已经并到 %(new)s。") % told)
    if visit.name and not queries.is_called(found, visit.name):
        told = {"number": found.number, "name": visit.name}
        raise Refused(_("%(number)s 不叫“%(name)s”，看看是不是写错了号。") % told)
    if found.state == FileState.PAUSED and not visit.anyway:
        raise Refused(_("%(number)s 停着，暂时不找活。") % {"number": found.number})
    return found


def _meant(who: str, by: Membership) -> Dossier:
    """As the arrivals would have found him; nobody can be asked any more which of several he is."""
    found = files.meant(by, who, 2)
    if len(found) != 1:
        told = _("“%(text)s”不止一位，看看是谁。") if found else _("没找到“%(text)s”。")
        raise Refused(told % {"text": who[:60]})
    return found[0]


def _registered(entry: Entry) -> Dossier:
    if entry.dossier is not None:
        return entry.dossier
    if entry.state == State.DROPPED:
        raise Refused(_("登记他的那一条不要了。"))
    raise Refused(_("登记他的那一条还要看一看；那一条办好了，就跟着报到。"))


@transaction.atomic
def settle(entry: Entry, work: Work, *, by: Membership) -> Entry:
    """Somebody looked at what waits and does it after all; whoever waited for it follows. Raises Refused."""
    check_may(by, Right.DOSSIER_WRITE, entry)
    done = _do(work, entry, by)
    return _settled(entry, done, by)


@transaction.atomic
def settle_as(entry: Entry, dossier: Dossier, *, by: Membership) -> Entry:
    """The registration is of somebody who has a file: no new one, and whoever waited for it follows."""
    check_may(by, Right.DOSSIER_WRITE, entry)
    check_may(by, Right.DOSSIER_WRITE, dossier)
    if entry.kind != Kind.REGISTER:
        raise Refused(_("报到的那一条不能这样办。"))
    return _settled(entry, Done(dossier), by)


def _settled(entry: Entry, done: Done, by: Membership) -> Entry:
    facts = {"dossier": done.dossier, "ticket": done.ticket, "settled_by": by, "settled_at": clock.now(), "body": ""}
    states.move(entry, to=State.DONE, **facts)
    _record("offline.settled", entry, by)
    for follower in Entry.objects.filter(follows=entry, state=State.WAITS).order_by("made_at", "arrived_at"):
        try:
            with transaction.atomic():
                settle(follower, Visit(), by=by)
        except Refused as refusal:
            Entry.objects.filter(pk=follower.pk).update(why=str(refusal)[:300])
    return entry


@transaction.atomic
def drop(entry: Entry, reason: str, *, by: Membership) -> None:
    """Not wanted any more, and why; what was typed is forgotten."""
    check_may(by, Right.DOSSIER_WRITE, entry)
    why = _reason(reason)
    states.move(entry, to=State.DROPPED, why=why, body="", settled_by=by, settled_at=clock.now())
    _record("offline.dropped", entry, by)


@transaction.atomic
def throw_away(key: UUID, kind: Kind, reason: str, *, by: Membership, said_at: datetime, sent_at: datetime) -> Entry:
    """What a PC holds and cannot send is thrown away there: that, who did it and why stays here. One that has arrived
    already stays as it is."""
    check_may(by, Right.DOSSIER_WRITE)
    moment, why = reckon(said_at, sent_at, clock.now()), _reason(reason)
    known: Entry | None = Entry.objects.filter(key=key).first()
    if known is not None:
        return known
    entry = _new_entry(Sent(key, kind, (), said_at), moment, by)
    entry.state, entry.digest, entry.why = State.DROPPED, "", why
    entry.settled_by, entry.settled_at = by, moment.arrived_at
    entry.save(force_insert=True)
    _record("offline.dropped", entry, by)
    return entry


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(_("请写为什么不要了。"))
    if len(said) > 300:
        raise Refused(_("太长了，最多三百个字。"))
    return said


def _record(action: str, entry: Entry, by: Membership) -> None:
    """When it was written and when it came, both; never what was typed."""
    person = entry.dossier.person if entry.dossier is not None else None
    times = {"made_at": entry.made_at.isoformat(), "arrived_at": entry.arrived_at.isoformat()}
    off = {"clock_off_s": entry.clock_off_s} if entry.clock_off_s else {}
    audit.record(action, entry, by=by, on_behalf_of=person, channel=CHANNEL, kind=entry.kind, **times, **off)


@transaction.atomic
def forget_keys(*, by: Membership) -> int:
    """Keys of longer ago than anything may still be on its way: what was sealed for them opens nowhere any more."""
    check_may(by, Right.AUTOMATE)
    gone = DeskKey.objects.filter(made_at__lt=clock.now() - LONGEST)
    number = gone.count()
    if number:
        last = gone.order_by("made_at").first()
        assert last is not None
        audit.record("offline.keys_forgotten", last, by=by, number=number)
        gone.delete()
    return number
