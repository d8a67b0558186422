"""What the writers race for. Each act is prepared with its rows in hand; what is returned runs when the gate opens."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.actions import web_tickets, wechat
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.interviews.actions import studies
from gongqiao.needs.interviews.queries import visible_to as studies_of
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings import queries
from gongqiao.needs.postings.enums import Method
from gongqiao.needs.postings.models import Shift
from gongqiao.needs.surveys.actions import intake, proposals, review
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.models import DossierProposal, Submission
from gongqiao.services.hall import actions as hall
from gongqiao.services.hall.enums import Source
from gongqiao.services.hall.models import Service, Window
from gongqiao.services.placement.actions import offers, queue
from tests.needs.surveys.given_forms import JPEG

Run = Callable[[], object]
Facts = Mapping[str, Any]


def _by(facts: Facts) -> Membership:
    found: Membership = Membership.objects.select_related("market", "person").get(pk=facts["by"])
    return found


def offer(facts: Facts, index: int) -> Run:
    """Writer `index` offers his pair of shift and person."""
    shift, person = facts["pairs"][index]
    by = _by(facts)
    row = Shift.objects.select_related("posting__employer", "market").get(pk=shift)
    dossier = Dossier.objects.select_related("person").get(pk=person)
    return lambda: offers.offer(row, dossier, by=by)


def verify(facts: Facts, _index: int) -> Run:
    """All verify the same posting, which each has opened on his own screen."""
    by = _by(facts)
    posting = queries.opened(by, facts["posting"])
    return lambda: postings.verify(posting, by=by, method=Method.PHONE, note="打过电话")


def hand_in(facts: Facts, _index: int) -> Run:
    """All bring the same answers with the same two pictures."""
    by = _by(facts)
    delivery = Delivery(facts["content"].encode(), {name: JPEG for name in facts["pictures"]})
    return lambda: intake.receive(delivery, by=by)


def apply(facts: Facts, _index: int) -> Run:
    """All take the same proposal, which each has before him."""
    by = _by(facts)
    row = DossierProposal.objects.select_related("submission", "dossier__person").get(pk=facts["proposal"])
    return lambda: proposals.apply(row, by=by)


def bring_or_withdraw(facts: Facts, index: int) -> Run:
    """Every other one brings the picture that is missing; the others take the whole answer back."""
    if index % 2:
        return hand_in(facts, index)
    by = _by(facts)
    row = Submission.objects.select_related("dossier").get(pk=facts["submission"])
    return lambda: review.withdraw(row, by=by)


def add_code(facts: Facts, _index: int) -> Run:
    """All add the same code to the book of one study."""
    by = _by(facts)
    study = studies_of(by).get(pk=facts["study"])
    return lambda: studies.add_code(study, "工钱", "说到工钱", by=by)


def draw(facts: Facts, _index: int) -> Run:
    """All press the same button of the kiosk."""
    by = _by(facts)
    service = Service.objects.select_related("market").get(pk=facts["service"])
    return lambda: _in_the_morning(by, lambda: hall.draw(service, by=by, source=Source.KIOSK))


def call_next(facts: Facts, index: int) -> Run:
    """Every writer sits at a window of his own and calls the next of one line."""
    by = _by(facts)
    window = Window.objects.select_related("market").get(pk=facts["windows"][index])
    return lambda: _in_the_morning(by, lambda: hall.call_next(window, by=by))


def check_in(facts: Facts, index: int) -> Run:
    """Everybody is checked in by two at once."""
    by = _by(facts)
    dossier = Dossier.objects.select_related("person", "market").get(pk=facts["people"][index // 2])
    return lambda: queue.check_in(dossier, date.fromisoformat(facts["day"]), by=by)


def _in_the_morning(by: Membership, act: Run) -> object:
    with clock.held_at(clock.now().astimezone(by.market.tz).replace(hour=6)):
        return act()


def enter(facts: Facts, _index: int) -> Run:
    """All hold the same ticket into the site, and each page has said whom it lets in."""
    assert web_tickets.bearer(facts["ticket"]) is not None
    return lambda: web_tickets.use(facts["ticket"])


def link(facts: Facts, index: int) -> Run:
    """Each says that the same WeChat account is his."""
    person = Person.objects.get(pk=facts["people"][index])
    return lambda: wechat.link(person, appid="wx1", openid="o-1", how=WechatLink.How.PHONE)


ACTS: dict[str, Callable[[Facts, int], Run]] = {
    "offer": offer,
    "verify": verify,
    "hand_in": hand_in,
    "apply": apply,
    "bring_or_withdraw": bring_or_withdraw,
    "add_code": add_code,
    "draw": draw,
    "call_next": call_next,
    "check_in": check_in,
    "enter": enter,
    "link": link,
}
