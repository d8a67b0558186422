"""The end of a sign-in: the person asked to be deleted."""

from django.db import transaction

from gongqiao.foundation.accounts.actions import web_tickets, wechat
from gongqiao.foundation.accounts.models import LoginCode, User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.people.models import Person


@transaction.atomic
def close(person: Person) -> None:
    """No code, no password, no WeChat and no session lets him in again (a session of a closed account is none)."""
    LoginCode.objects.filter(person=person).delete()
    if person.phone_index and not Person.objects.filter(phone_index=person.phone_index).exclude(pk=person.pk).exists():
        LoginCode.objects.filter(phone_index=person.phone_index).delete()
    web_tickets.void(person)
    wechat.unlink(person)
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    user.is_active = False
    user.username = f"gone-{user.pk}"
    user.set_unusable_password()
    user.save(update_fields=["is_active", "username", "password"])
    audit.record_system("account.closed", "user", user.username)
