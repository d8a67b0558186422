"""What people do to employers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.audit.queries import touched
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.credit_code import check_credit_code
from gongqiao.foundation.organisations.models import Kind, Membership, Organisation
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone
from gongqiao.needs.employers.models import Contact, Employer, Size, State, Visit, VisitMethod


@dataclass(frozen=True)
class EmployerFacts:
    name: str
    size: Size
    short_name: str = ""
    credit_code: str = ""
    region_id: str | None = None
    address: str = ""
    industry: str = ""
    note: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@transaction.atomic
def register(facts: EmployerFacts, *, by: Membership, channel: str = "desk") -> Employer:
    """A new employer; a company must have its credit code (GB 32100), a household has none."""
    check_may(by, Right.EMPLOYER_WRITE)
    code = _checked_code(facts)
    organisation = Organisation.objects.create(
        market=by.market, kind=Kind.EMPLOYER, name=facts.name.strip(), credit_code=code
    )
    employer = Employer.objects.create(
        market=by.market,
        organisation=organisation,
        size=facts.size,
        short_name=facts.short_name.strip() or facts.name.strip()[:30],
        region_id=facts.region_id,
        address=facts.address,
        industry=facts.industry,
        note=facts.note,
        registered_at=clock.now(),
    )
    if facts.contact_name:
        add_contact(employer, name=facts.contact_name, phone=facts.contact_phone, by=by)
    audit.record("employer.registered", employer, by=by, channel=channel)
    return employer


def _checked_code(facts: EmployerFacts, known: Organisation | None = None) -> str:
    if not facts.name.strip():
        raise Refused(_("用工方的名称不能空着。"))
    if not facts.credit_code:
        if facts.size == Size.COMPANY:
            raise Refused(_("公司要有统一社会信用代码。"))
        return ""
    code = check_credit_code(facts.credit_code)
    other = Organisation.objects.filter(credit_code=code).first()
    if other is not None and other != known:
        raise Refused(_("这个信用代码已经登记过：%(name)s。") % {"name": other.name})
    return code


@transaction.atomic
def change(employer: Employer, facts: EmployerFacts, *, by: Membership) -> None:
    """Correct what is known of an employer; a credit code stays one employer's."""
    check_may(by, Right.EMPLOYER_WRITE, employer)
    organisation = employer.organisation
    code = _checked_code(facts, known=organisation)
    organisation.name, organisation.credit_code = facts.name.strip(), code
    organisation.save(update_fields=["name", "credit_code"])
    employer.size, employer.region_id, employer.address = facts.size, facts.region_id, facts.address
    employer.short_name = facts.short_name.strip() or facts.name.strip()[:30]
    employer.industry, employer.note = facts.industry, facts.note
    employer.save(update_fields=["size", "region", "address", "short_name", "industry", "note"])
    audit.record("employer.changed", employer, by=by)


@transaction.atomic
def add_contact(employer: Employer, *, name: str, phone: str, by: Membership) -> Contact:
    check_may(by, Right.EMPLOYER_WRITE, employer)
    if not name.strip():
        raise Refused(_("请写联系人。"))
    check_lengths(Contact, name=name.strip())
    number = _checked_phone(phone) if phone else ""
    contact = Contact.objects.create(
        market=employer.market, employer=employer, name=name.strip(), phone=number, phone_last4=number[-4:]
    )
    audit.record("employer.contact_added", employer, by=by)
    return contact


def _checked_phone(phone: str) -> str:
    try:
        return check_phone(phone)
    except IdentityError as error:
        raise Refused(str(error)) from None


@transaction.atomic
def remove_contact(contact: Contact, *, by: Membership) -> None:
    """He is not there any more; the last contact stays, or nobody could be called."""
    check_may(by, Right.EMPLOYER_WRITE, contact)
    employer = contact.employer
    if employer.contacts.count() == 1:
        raise Refused(_("至少要留一个联系人，先加新的。"))
    contact.delete()
    audit.record("employer.contact_removed", employer, by=by)


@transaction.atomic
def take_back(employer: Employer, *, by: Membership) -> None:
    """Undo a registration that nothing stands on; Refused when somebody used it since."""
    check_may(by, Right.EMPLOYER_WRITE, employer)
    if touched([employer], but=("employer.registered", "employer.contact_added")):
        raise Refused(_("登记以后有人改过或看过证照。"))
    audit.record("employer.taken_back", employer, by=by)
    organisation = employer.organisation
    try:
        with transaction.atomic():
            employer.delete()
            organisation.delete()
    except ProtectedError:
        raise Refused(_("这个用工方还有别的需求或账号。")) from None


@transaction.atomic
def see_licence(employer: Employer, *, by: Membership, evidence: str) -> None:
    """A named specialist has seen the licence; it counts for the market's number of days."""
    check_may(by, Right.POSTING_VERIFY, employer)
    if not evidence.strip():
        raise Refused(_("请写明看了什么证照、怎么看的。"))
    check_lengths(Employer, licence_evidence=evidence.strip())
    today = clock.now().astimezone(by.market.tz).date()
    employer.licence_evidence, employer.licence_seen_by = evidence.strip(), by
    employer.licence_until = today + timedelta(days=by.market.licence_valid_days)
    employer.save(update_fields=["licence_evidence", "licence_seen_by", "licence_until"])
    audit.record("employer.licence_seen", employer, by=by, until=employer.licence_until.isoformat())


@transaction.atomic
def block(employer: Employer, *, by: Membership, reason: str) -> None:
    """Nothing of a blocked employer is matched or shown; the mark follows the credit code."""
    check_may(by, Right.POSTING_VERIFY, employer)
    if not reason.strip():
        raise Refused(_("请写停用的原因。"))
    states.move(employer, to=State.BLOCKED, blocked_reason=reason.strip())
    audit.record("employer.blocked", employer, by=by)


@transaction.atomic
def unblock(employer: Employer, *, by: Membership) -> None:
    check_may(by, Right.POSTING_VERIFY, employer)
    states.move(employer, to=State.ACTIVE, blocked_reason="")
    audit.record("employer.unblocked", employer, by=by)


@transaction.atomic
def give_account(
    employer: Employer, *, name: str, phone: str, by: Membership, username: str = "", password: str | None = None
) -> Membership:
    """A person of the employer may sign in (by phone and code, or a password) and see only this employer."""
    check_may(by, Right.EMPLOYER_WRITE, employer)
    if not name.strip():
        raise Refused(_("请写这个人的姓名。"))
    check_lengths(Person, name=name.strip())
    number = _checked_phone(phone) if phone else ""
    known = by_phone(number) if number else []
    person = known[0] if known else people.create(name=name, phone=number)
    if Membership.objects.filter(person=person, organisation=employer.organisation, ends_on=None).exists():
        raise Refused(_("这个人已经能登录了。"))
    membership = Membership.objects.create(
        market=employer.market,
        person=person,
        organisation=employer.organisation,
        role=Role.EMPLOYER,
        title=name[:30],
        starts_on=clock.now().astimezone(by.market.tz).date(),
    )
    if username and not User.objects.filter(person=person).exists():
        User.objects.create_user(username, password, person)
    audit.record("employer.account_given", employer, by=by, membership=membership.pk)
    return membership


@transaction.atomic
def record_visit(
    employer: Employer,
    *,
    method: VisitMethod,
    note: str,
    next_on: date | None = None,
    at: datetime | None = None,
    by: Membership,
) -> Visit:
    """A specialist asked what is needed, now or `at`; `next_on` is the day they agreed to speak again."""
    check_may(by, Right.POSTING_VERIFY, employer)
    if not note.strip():
        raise Refused(_("请写他说了什么。"))
    moment = clock.now()
    if next_on is not None and next_on <= moment.astimezone(by.market.tz).date():
        raise Refused(_("约好再问的日子要在今天以后。"))
    row = Visit.objects.create(
        market=by.market,
        employer=employer,
        at=min(at, moment) if at is not None else moment,
        by=by,
        method=method.value,
        note=note.strip()[:300],
        next_on=next_on,
    )
    audit.record("employer.visited", employer, by=by, method=method.value)
    return row


@transaction.atomic
def give_keeper(employer: Employer, keeper: Membership | None, *, by: Membership) -> None:
    """The specialist whose round this employer is on; anybody who verifies may take one on, only a manager gives him
    to a colleague."""
    check_may(by, Right.POSTING_VERIFY, employer)
    if keeper is not None:
        check_may(keeper, Right.POSTING_VERIFY, employer)
        if keeper.pk != by.pk:
            check_may(by, Right.STAFF_MANAGE)
    employer.keeper = keeper
    employer.save(update_fields=["keeper"])
    audit.record("employer.keeper", employer, by=by, keeper=keeper.pk if keeper else None)
