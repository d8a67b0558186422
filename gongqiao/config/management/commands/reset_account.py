"""`./run manage reset_account NAME`: a new first password for whom no manager can help; `--second-factor` too."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import second_factor
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit


class Command(BaseCommand):
    help = "A new first password (and the second factor off): the only manager, or somebody with posts in two markets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--second-factor", action="store_true", help="turn the second factor off as well")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None or not user.has_usable_password():
            raise CommandError(f"没有这个帐号 no such account: {options['username']}")
        password = accounts.reset_password(user)
        audit.record_system("account.password_reset", "user", user.username, door="command line")
        if options["second_factor"]:
            second_factor.turn_off(user)
        self.stdout.write(f"初始密码 first password: {password}")
