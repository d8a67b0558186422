"""`./run manage found_market`: a new market, its operator, its first manager with a first password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_scopes import scope

from gongqiao.foundation.consent import texts
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets import actions as markets
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.regions.models import Region


class Command(BaseCommand):
    help = "Found a market: its place in the region tree, its operator, and a manager who does the rest on the screens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="代号 in addresses: yufeng")
        parser.add_argument("--name", required=True, help="名称: 鱼峰零工驿站")
        parser.add_argument("--phone", required=True, help="电话, printed on every page")
        parser.add_argument("--region", required=True, metavar="CODE", help="12 digits: county or street it stands in")
        parser.add_argument("--city", metavar="CODE", help="12 digits: city it serves; by default the one of --region")
        parser.add_argument("--address", default="", help="地址")
        parser.add_argument("--operator", required=True, help="运营机构")
        parser.add_argument("--manager", required=True, metavar="NAME", help="姓名 of the first manager")
        parser.add_argument("--manager-phone", required=True, metavar="PHONE", help="手机 of the first manager")
        parser.add_argument("--username", required=True, help="用户名 of the first manager")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                done = self._found(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"建好了 founded: {options['name']}  /m/{options['code']}/")
        if done.first_password:
            self.stdout.write(
                f"经理 manager: {done.username}  初始密码 first password: {done.first_password}\n"
                "第一次登录要换成自己的 it must be changed at the first sign-in"
            )

    def _found(self, options: dict[str, Any]) -> organisations.Appointed:
        region = self._region(options["region"])
        city = self._region(options["city"] or f"{region.code[:4]}00000000")
        texts.load()
        market = markets.found(
            code=options["code"],
            name=options["name"],
            phone=options["phone"],
            address=options["address"],
            region_id=region.code,
            city_id=city.code,
        )
        with scope(market=market):
            system = organisations.open_house(market, options["operator"])
            return organisations.appoint(
                by=system,
                name=options["manager"],
                title=options["manager"],
                phone=options["manager_phone"],
                role=Role.MANAGER,
                username=options["username"],
            )

    def _region(self, code: str) -> Region:
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise CommandError(f"没有这个地区 no such region: {code}; ./run manage load_reference 先装行政区划")
        return region
