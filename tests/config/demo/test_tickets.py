"""The demo's tickets: sixty, in every state, each by the real actions; whoever is named in one sees it nowhere."""

from datetime import datetime, time

from django.utils import timezone
from django_scopes import scope

from gongqiao.config.demo import build
from gongqiao.config.demo.source import read
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.feedback import queries
from gongqiao.needs.feedback.enums import CallBackState, Category, Channel, EntryKind, OfferState, Satisfaction, State
from gongqiao.needs.feedback.models import CallBack, CaseOffer, Entry, ServiceChange, Ticket
from gongqiao.needs.interviews.models import Talk

TINY = build.Scale(people=60, employers=8, days=6, shifts_a_day=1, tomorrow=2, answers=4)


def test_sixty_tickets_stand_in_every_state_and_what_follows_from_them_too(db: None) -> None:
    market = build.build(timezone.localdate(), lambda line: None, TINY)
    with scope(market=market):
        asked_to_go = Ticket.objects.filter(category=Category.RECORDS)
        assert [ticket.channel for ticket in asked_to_go] == [Channel.PAGE]
        tickets = list(Ticket.objects.exclude(channel=Channel.SURVEY).exclude(pk__in=asked_to_go).order_by("number"))
        assert len(tickets) == 60
        heard = Ticket.objects.filter(channel=Channel.SURVEY)
        assert sorted((row.category, row.contact_phone) for row in heard) == [
            ("job", "15500009002"),
            ("other", ""),
            ("wages", "15500009001"),
        ]
        told = CallTask.objects.filter(about__startswith="ticket:")
        assert set(told.values_list("state", flat=True)) >= {CallState.OPEN, CallState.DONE}
        assert {ticket.state for ticket in tickets} == set(State)
        assert {ticket.satisfaction for ticket in tickets} == {None, *Satisfaction}
        assert {ticket.category for ticket in tickets} >= set(Category) - {Category.DATA, Category.RECORDS}
        assert {row.state for row in CallBack.objects.all()} >= {CallBackState.OPEN, CallBackState.REACHED}
        assert any(ticket.voice_id for ticket in tickets)
        assert any(ticket.escalated_at for ticket in tickets)
        assert any(ticket.reopened for ticket in tickets)
        assert CaseOffer.objects.filter(state=OfferState.OPEN).exists()
        assert sorted(ServiceChange.objects.values_list("state", flat=True)) == ["draft", *["published"] * 3]
        asked = Membership.objects.get(person__user__username=build.EMPLOYER_LOGIN)
        assert len(queries.put_to(asked)) >= 1
        assert Talk.objects.count() == 14

        for ticket in tickets:
            moments = sorted(Entry.objects.filter(ticket=ticket).values_list("at", flat=True))
            assert moments[0] == ticket.filed_at
            assert moments[-1] <= datetime.combine(timezone.localdate(), time(3, 30), market.tz)
        _speaks_of_one_matter(tickets)


def _speaks_of_one_matter(tickets: list[Ticket]) -> None:
    """Whatever a person is told on his ticket was written for his matter or for its kind."""
    kinds = read("tickets")["kinds"]
    for ticket in tickets:
        kind = kinds[ticket.category]
        told = {entry.kind: entry.text for entry in Entry.objects.filter(ticket=ticket)}
        text = ticket.text or told.get(EntryKind.TRANSCRIPT, "")
        matters = [each for each in kind["stories"] if not text or each["text"] == text]
        assert len(matters) == 1 or not text
        ends = {(outcome, words) for each in matters for outcome, words in each["ends"].items()}
        if ticket.outcome and EntryKind.RESOLUTION in told:
            assert (ticket.outcome, told[EntryKind.RESOLUTION]) in ends
        assert told.get(EntryKind.ANSWER) in {None, *kind["answers"], *kind["questions"]}
        assert told.get(EntryKind.NOTE) in {None, *kind["notes"], kind["called"]}
