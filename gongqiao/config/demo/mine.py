"""What is a worker's own: his book of hours, whom he named to act for him, a request to be deleted."""

from datetime import date, datetime, time, timedelta

from gongqiao.config.demo.surveys import first_with_phone
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import actions as family
from gongqiao.needs.family.actions import Named
from gongqiao.needs.family.enums import Relation
from gongqiao.services.mydata import actions as mydata
from gongqiao.services.mydata import punches, queries
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment

HELPER_PHONE = "13799990001"
NOTES = (
    punches.Noted(minutes=480, place="后厨", agreed="一天 150，当天给", witness="同去的老黄"),
    punches.Noted(minutes=510, witness="带班的看着收的工"),
    punches.Noted(place="二号仓库", agreed="按天算，管一顿饭"),
)


def keep(market: Market, staff: dict[str, Membership], today: date) -> None:
    """Yesterday: notes of days worked; the first worker and his sister at the desk, and what she answered for him."""
    with clock.held_at(datetime.combine(today - timedelta(days=1), time(18), market.tz)):
        _notes()
        _family(first_with_phone(market), staff, today)
        _asks_to_go()


def _notes() -> None:
    """Of as many days as have been worked: a tiny market has fewer."""
    done = Assignment.objects.filter(state=State.DONE, starts_at__lt=clock.now()).order_by("-starts_at")
    done = done.select_related("person", "market", "dossier")
    for work, said in zip(done[: len(NOTES)], NOTES, strict=False):
        punches.note(work, said, by=_post(work.dossier))


def _family(dossier: Dossier, staff: dict[str, Membership], today: date) -> None:
    """She stands at the desk with him; a neighbour has been asked and has not answered."""
    until = today + timedelta(days=90)
    sister = Named("小妹", HELPER_PHONE, Relation.SIBLING, until)
    helper = family.name_helper(dossier, sister, by=staff["zhou"], present=True)
    family.name_helper(dossier, Named("老邻居", "13799990002", Relation.FRIEND, until), by=_post(dossier))
    asked = Assignment.objects.filter(dossier=dossier, state=State.OFFERED, answer_by__gt=clock.now()).first()
    if asked is not None and helper.post is not None:
        offers.accept(asked, by=helper.post, channel="family")


def _asks_to_go() -> None:
    """Somebody with nothing open asks to be deleted; two people will look at it."""
    for dossier in Dossier.objects.looking().select_related("person", "market").order_by("-file_no")[:50]:
        if dossier.person.phone and not queries.unfinished(dossier):
            mydata.ask(mydata.Kind.DELETE, "搬回老家了。", by=_post(dossier))
            return


def _post(dossier: Dossier) -> Membership:
    return Membership.objects.get(person=dossier.person_id, role=Role.WORKER, ends_on=None)
