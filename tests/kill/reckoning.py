"""After the last kill: what was acknowledged and is not there, what is there by half, what has no event or no row."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.consent.models import ConsentRecord
from gongqiao.foundation.notify.models import CallState, CallTask, Message, MessageState
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person as PersonRow
from gongqiao.needs.dossiers.models import Dossier, DossierValue, Skill
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment, QueueTicket
from tests.kill.clerks import Person

ANSWERED = {"yes": State.ACCEPTED, "busy": State.DECLINED, "missed": State.OFFERED}
VALUES, CONSENTS = 6, 3  # what one register form of ours writes for one person: what he did not say is not kept


def lost(people: Iterable[Person]) -> list[str]:
    """Acknowledged and not there."""
    dossiers = dict(Dossier.objects.values_list("pk", "person__name"))
    tickets = set(QueueTicket.objects.values_list("dossier_id", flat=True))
    states = dict(Assignment.objects.values_list("dossier_id", "state"))
    missed = set(CallTask.objects.filter(tries__gt=0).values_list("person__dossiers__pk", flat=True))
    found = []
    for person in people:
        key = person.dossier
        if key and dossiers.get(key) != person.name:
            found.append(f"{person.name}: registration {key}")
        if person.ticket and key not in tickets:
            found.append(f"{person.name}: number of the queue")
        if person.offered and key not in states:
            found.append(f"{person.name}: offer")
        if person.answer and states.get(key) != ANSWERED[person.answer]:
            found.append(f"{person.name}: answer {person.answer}, he is {states.get(key)}")
        if person.answer == "missed" and key not in missed:
            found.append(f"{person.name}: the call nobody answered")
    return found


def half_written() -> list[str]:
    """Every object is whole with all that belongs to it, and has its events; every event has its object."""
    events = _events()
    return [*_registrations(events), *_tickets(events), *_assignments(events), *_calls(events)]


def _events() -> dict[str, Counter[str]]:
    """How often each thing has had each action."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for action, thing in AuditEvent.objects.exclude(chain="system").values_list("action", "thing"):
        found[action][thing] += 1
    return found


def _unlike(what: str, rows: Counter[str], events: Counter[str]) -> list[str]:
    """Things whose rows and events are not the same number."""
    return [
        f"{thing}: {rows[thing]} rows, {events[thing]} events {what}"
        for thing in sorted({*rows, *events})
        if rows[thing] != events[thing]
    ]


def _registrations(events: dict[str, Counter[str]]) -> list[str]:
    dossiers = list(Dossier.objects.values_list("pk", "person_id"))
    rows = Counter(f"dossiers.dossier:{pk}" for pk, _person in dossiers)
    found = _unlike("dossier.registered", rows, events["dossier.registered"])
    values = Counter(DossierValue.objects.values_list("dossier_id", flat=True))
    skills = Counter(Skill.objects.values_list("dossier_id", flat=True))
    posts = Counter(Membership.objects.filter(role=Role.WORKER).values_list("person_id", flat=True))
    consents = Counter(ConsentRecord.objects.values_list("person_id", flat=True))
    for pk, person in dossiers:
        parts = (values[pk], skills[pk], posts[person], consents[person])
        if parts != (VALUES, 1, 1, CONSENTS):
            found.append(f"dossier {pk}: values, skills, posts, consents are {parts}")
    staff = set(Membership.objects.exclude(role=Role.WORKER).values_list("person_id", flat=True))
    alone = set(PersonRow.objects.values_list("pk", flat=True)) - {person for _pk, person in dossiers} - staff
    found += [f"person {pk} without a dossier" for pk in sorted(alone)]
    given = Membership.objects.exclude(role=Role.SYSTEM).values_list("pk", flat=True)
    found += _unlike("post.given", Counter(f"organisations.membership:{pk}" for pk in given), events["post.given"])
    people = Counter({f"people.person:{person}": count for person, count in consents.items()})
    return found + _unlike("consent.given", people, events["consent.given"])


def _tickets(events: dict[str, Counter[str]]) -> list[str]:
    tickets = list(QueueTicket.objects.order_by("number").values_list("pk", "number"))
    rows = Counter(f"placement.queueticket:{pk}" for pk, _number in tickets)
    found = _unlike("queue.checked_in", rows, events["queue.checked_in"])
    if [number for _pk, number in tickets] != list(range(1, len(tickets) + 1)):
        found.append("the numbers of the queue have gaps")
    return found


def _assignments(events: dict[str, Counter[str]]) -> list[str]:
    rows = list(Assignment.objects.values_list("pk", "state", "seat"))
    things = {pk: f"placement.assignment:{pk}" for pk, _state, _seat in rows}
    found = _unlike("assignment.offered", Counter(things.values()), events["assignment.offered"])
    for action, wanted in (("accepted", State.ACCEPTED), ("declined", State.DECLINED)):
        reached = Counter(things[pk] for pk, state, _seat in rows if state == wanted)
        found += _unlike(f"assignment.{action}", reached, events[f"assignment.{action}"])
    told = dict(Message.objects.values_list("about", "state"))
    called = set(CallTask.objects.values_list("about", flat=True))
    for pk, state, _seat in rows:
        message = told.get(f"assignment:{pk}")
        if message is None or (message == MessageState.SENT and f"assignment:{pk}" not in called):
            found.append(f"assignment {pk} ({state}): nobody was told (message {message})")
    return found


def _calls(events: dict[str, Counter[str]]) -> list[str]:
    tasks = list(CallTask.objects.values_list("pk", "state", "tries", "about"))
    tried = Counter({f"notify.calltask:{pk}": tries for pk, _state, tries, _about in tasks})
    found = _unlike("call.recorded", tried, events["call.recorded"])
    states = {f"assignment:{pk}": state for pk, state in Assignment.objects.values_list("pk", "state")}
    found += [
        f"call {pk}: he was reached, and {about} has no answer"
        for pk, state, _tries, about in tasks
        if state == CallState.DONE and states.get(about) == State.OFFERED
    ]
    return found
