"""A running wave of the visit form, and what an employer said to it."""

from datetime import datetime, timedelta
from itertools import count

from gongqiao.engines.xforms import Session, submission
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import intake, publishing
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.forms import EMPLOYER_DEMAND
from gongqiao.needs.surveys.models import Submission, Wave
from tests.factories import House
from tests.needs.surveys import given

_seeds = count(1)


def visits(house: House) -> Wave:
    """周社工 planned it, 梁经理 reviews."""
    version = publishing.add_version(Draft(EMPLOYER_DEMAND, Subject.EMPLOYER), by=house.zhou)
    publishing.publish(version, by=house.zhou)
    return given.running(house, version)


def sheet(wave: Wave, *, ended: datetime | None = None, **said: object) -> bytes:
    """As a phone writes it; what is required and not said is answered as on the factories' posting."""
    end = ended or clock.now()
    form = reading.form_of(wave.version)
    session = Session(form, now=end - timedelta(minutes=12), seed=next(_seeds))
    start = {"consent": "yes", "how": "visit", "still": "changed"}
    usual = {"trade": "loader", "headcount": 2, "pay_unit": "day", "pay": 180}
    for name, text in {
        **start,
        **(usual if said.get("still", "changed") in ("changed", "new") else {}),
        **said,
    }.items():
        path = next(f"/{'/'.join(place)}" for place in form.controls if place[-1] == name)
        assert session.answer(session.node(path), str(text)) is None, name
    assert session.finish(now=end) == []
    return submission.write(session.root)


def heard(
    wave: Wave, posting: Posting | None, *, by: Membership, ended: datetime | None = None, **said: object
) -> Submission:
    """An answer about this posting, brought in from a phone."""
    number = {"posting_no": posting.pk} if posting is not None else {}
    return intake.receive(Delivery(sheet(wave, ended=ended, **number, **said)), by=by)
