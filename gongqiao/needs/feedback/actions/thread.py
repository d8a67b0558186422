"""What several actions do to what was said: keep a voice, see who is named, look for danger."""

from collections.abc import Iterable

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files.kinds import PICTURES, VOICES
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.needs.feedback import dangers, queries, rules
from gongqiao.needs.feedback.actions.rising import raise_urgent
from gongqiao.needs.feedback.categories import CATEGORIES, URGENT_MINUTES
from gongqiao.needs.feedback.enums import Category
from gongqiao.needs.feedback.models import CaseOffer, Named, Picture, Ticket

MOST_VOICE = 8_000_000
MOST_PICTURE = 3_000_000
MOST_PICTURES = 3


def keep_voice(ticket: Ticket, name: str, content: bytes) -> StoredFile:
    return files.keep(ticket.market, name, content, allowed=VOICES, most_bytes=MOST_VOICE)


def keep_pictures(ticket: Ticket, pictures: Iterable[tuple[str, bytes]]) -> None:
    """Sealed like a voice; the ticket stands already."""
    for number, (name, content) in enumerate(pictures, start=1):
        file = files.keep(ticket.market, name, content, allowed=PICTURES, most_bytes=MOST_PICTURE)
        Picture.objects.create(market=ticket.market, ticket=ticket, file=file, number=number)


def name_people(ticket: Ticket, posts: Iterable[Membership], how: Named.How) -> int:
    """They are who it is about; each once. How many were new."""
    people: list[Person] = [post.person for post in posts if post.person is not None]
    known = set(Named.objects.filter(ticket=ticket).values_list("person_id", flat=True))
    fresh = {person.pk: person for person in people if person.pk not in known}
    Named.objects.bulk_create(
        Named(market=ticket.market, ticket=ticket, person=person, how=how) for person in fresh.values()
    )
    return len(fresh)


def look_for_danger(ticket: Ticket, text: str, *, by: Membership, channel: str = "desk") -> None:
    """Each kind of word is offered once for a ticket; what cannot wait goes up at once."""
    found = dangers.found_in(text)
    known = set(CaseOffer.objects.filter(ticket=ticket).values_list("danger", flat=True))
    fresh = [each for each in found if each.danger not in known]
    CaseOffer.objects.bulk_create(
        CaseOffer(market=ticket.market, ticket=ticket, danger=each.danger, made_at=clock.now()) for each in fresh
    )
    for each in fresh:
        audit.record("ticket.offered", ticket, by=by, channel=channel)
        if each.danger in URGENT_MINUTES:
            raise_urgent(ticket, each.danger, by=by)


def name_from_text(ticket: Ticket, text: str) -> int:
    """Where a complaint may be about staff, whoever its words name counts as named until a handler says otherwise."""
    if not CATEGORIES[Category(ticket.category)].named_in_text:
        return 0
    return name_people(ticket, rules.mentioned(text, queries.staff_posts(ticket.market)), Named.How.TEXT)
