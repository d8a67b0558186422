"""A way to sign in; what one may do afterwards is a membership's."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.people.models import Person


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None, person: Person, **facts: Any) -> "User":
        user = self.model(username=username, person=person, **facts)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """One per person who signs in; staff have a user name, workers sign in by phone and have none of their own."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    password_temporary = models.BooleanField(default=False)  # handed over by another: to be changed before anything
    second_factor_on = models.BooleanField(default=False)  # then no session without it goes on

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["person"]

    def __str__(self) -> str:
        return self.username


class LoginCode(models.Model):
    """A six-figure code for one phone: hashed, short-lived, five tries, used once. From the desk: for one person."""

    phone_index = models.CharField(max_length=64, db_index=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def is_open(self, moment: datetime) -> bool:
        return self.used_at is None and self.tries < 5 and moment < self.expires_at


class RecoveryCode(models.Model):
    """One line of the paper that stands in for a lost phone; hashed, used once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class TokenBucket(models.Model):
    """Rate limit kept in the database, so that it holds across web processes."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()


class WechatLink(models.Model):
    """The WeChat account by which a person comes in through the operator's mini program: one for each, both ways.

    He ends it himself, or the desk for him; then the row is gone, with what he agreed to be told through it.
    """

    class How(models.TextChoices):
        PHONE = "phone", _("微信里的手机号")
        CODE = "code", _("手机和验证码")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="wechat")
    openid = EncryptedTextField()
    openid_index = models.CharField(max_length=64, unique=True)
    how = models.CharField(max_length=8, choices=How.choices)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(how__in=["phone", "code"]), name="wechat_how_known")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.how}"


class WebTicket(models.Model):
    """Lets one browser in, once and within a minute: from the mini program to the site. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.target}"
