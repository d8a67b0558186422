"""Filing: by the person himself, without a name if he likes; or by staff for whoever calls, comes or leaves a note."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations.models import Membership, Organisation
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions.entries import step
from gongqiao.needs.feedback.actions.rising import go_up
from gongqiao.needs.feedback.actions.telling import tell_received
from gongqiao.needs.feedback.actions.thread import (
    MOST_PICTURES,
    keep_pictures,
    keep_voice,
    look_for_danger,
    name_from_text,
    name_people,
)
from gongqiao.needs.feedback.categories import CATEGORIES, due
from gongqiao.needs.feedback.enums import Category, Channel, Step, Why
from gongqiao.needs.feedback.models import Named, Ticket

MOST_RACES = 8


@dataclass(frozen=True)
class Voice:
    """A message as the phone recorded it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Photo:
    """A picture as the phone took it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Said:
    """What somebody has to say. `key`: chosen once by the page that sends it, so that sending twice files once."""

    category: Category
    channel: Channel
    text: str = ""
    voice: Voice | None = None
    pictures: tuple[Photo, ...] = ()
    person: Person | None = None
    contact_name: str = ""
    contact_phone: str = ""
    about_words: str = ""
    about_employer: Employer | None = None
    about_organisation: Organisation | None = None
    about_staff: tuple[Membership, ...] = ()
    said_on: date | None = None
    key: str = ""

    def digest(self) -> str:
        """Of all that the person said; keyed, so that the row does not give short words away."""
        voice = hashlib.sha256(self.voice.content).hexdigest() if self.voice else ""
        staff = ",".join(str(post.pk) for post in self.about_staff)
        seen = tuple(hashlib.sha256(each.content).hexdigest() for each in self.pictures)
        words = (self.category, self.text, voice, self.contact_name, self.contact_phone, self.about_words, staff)
        parts = (*words, *seen)
        return blind_index("ticket said", "\x1f".join(parts))


@dataclass(frozen=True)
class Filed:
    ticket: Ticket
    fresh: bool  # False: it was here already


def file(said: Said, *, by: Membership) -> Filed:
    """A ticket with its code and the date by which it is answered. The same key with the same words is the same ticket.

    Not atomic as a whole: each try is, and one that lost a race is read again or tried again.
    """
    rules.check_can_file(by, said.channel)
    _check(said, by)
    for _attempt in range(MOST_RACES):
        known = _known(said)
        if known is not None:
            return Filed(known, fresh=False)
        try:
            return Filed(_file(said, by=by), fresh=True)
        except IntegrityError:
            continue
    raise Stale


def _known(said: Said) -> Ticket | None:
    if not said.key:
        return None
    found = Ticket.objects.select_related("market").filter(key=said.key).first()
    if found is not None and found.digest != said.digest():
        raise Refused(_("这张单子已经用别的话交过了。请重新打开页面再写一次。"))
    return found


def _check(said: Said, by: Membership) -> None:
    if said.voice is None:
        rules.check_words(said.text, needed=_("请写几句，或者录一段话。"))
    elif said.text:
        rules.check_words(said.text, needed="")
    if len(said.pictures) > MOST_PICTURES:
        raise Refused(_("照片最多 %(most)s 张。") % {"most": MOST_PICTURES})
    if len(said.key) > 64:
        raise Refused(_("这张单子的号不对，请重新打开页面再写一次。"))
    if said.contact_phone:
        try:
            check_phone(said.contact_phone)
        except IdentityError as error:
            raise Refused(str(error)) from None
    today = clock.now().astimezone(by.market.tz).date()
    if said.said_on is not None and said.said_on > today:
        raise Refused(_("说的日子不能在今天以后。"))
    _check_about(said, by)


def _check_about(said: Said, by: Membership) -> None:
    rows = [said.about_employer, said.about_organisation, *said.about_staff]
    if any(row is not None and row.market_id != by.market_id for row in rows):
        raise Refused(_("这不是您所在市场的事。"))


@transaction.atomic
def _file(said: Said, *, by: Membership) -> Ticket:
    moment, market, code = clock.now(), by.market, rules.new_code()
    said_on = said.said_on or moment.astimezone(market.tz).date()
    promised = due(said.category, said_on, market)
    ticket = Ticket(
        market=market,
        number=rules.new_number(Ticket.objects.count()),
        code=code,
        code_index=queries.code_index(code),
        key=said.key or None,
        digest=said.digest() if said.key else "",
        channel=said.channel,
        category=said.category,
        sensitive=CATEGORIES[said.category].sensitive,
        person=said.person,
        contact_name=said.contact_name.strip(),
        contact_phone=check_phone(said.contact_phone) if said.contact_phone else "",
        about_employer=said.about_employer,
        about_organisation=said.about_organisation,
        about_words=said.about_words.strip(),
        region_id=said.about_employer.region_id if said.about_employer else None,
        text=said.text.strip(),
        said_on=said_on,
        filed_at=moment,
        entered_by=by,
        due_rule=promised.rule,
        answer_by=promised.answer_by,
        provisional=promised.provisional,
    )
    ticket.voice = _voice(ticket, said.voice)
    ticket.save()
    keep_pictures(ticket, [(each.name, each.content) for each in said.pictures])
    name_people(ticket, said.about_staff, Named.How.CHOSEN)
    name_from_text(ticket, f"{said.text} {said.about_words}")
    step(ticket, Step.FILED)
    whom = None if ticket.sensitive else ticket.person  # who speaks of staff is named nowhere but in the ticket
    audit.record("ticket.filed", ticket, by=by, on_behalf_of=whom, channel=said.channel.value)
    look_for_danger(ticket, f"{said.text} {said.about_words}", by=by, channel=said.channel.value)
    if ticket.sensitive and not queries.named_for(ticket):
        go_up(ticket, Why.NOBODY, by=by)
    tell_received(ticket)
    return ticket


def _voice(ticket: Ticket, voice: Voice | None) -> StoredFile | None:
    return keep_voice(ticket, voice.name, voice.content) if voice else None
