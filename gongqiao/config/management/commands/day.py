"""`./run day`: a day's papers from two sheets, in a market of its own that is forgotten afterwards."""

import json
import os
import shutil
import signal
import sys
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gongqiao.channels.spreadsheet.cells import FIRST_DAY, LAST_DAY
from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.config.day import papers
from gongqiao.config.day.run import Order, run, severities
from gongqiao.config.day.steps import Steps
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.postings.enums import Method

OWN_HOME = "GONGQIAO_DAY_HOME"
STEPS = 11


def _path(text: str) -> Path:
    """As seen from where the person stands, not from where the launcher went."""
    return Path(os.environ.get("GONGQIAO_CWD", ".")) / text


def _sheet(text: str) -> Path:
    path = _path(text)
    if not path.is_file():
        raise ArgumentTypeError(f"没有这个文件 no such file: {text}")
    return path


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ArgumentTypeError(f"日期要写成 2026-11-25 这样 a date like 2026-11-25, not {text!r}")
    return day


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=Market().tz)
    except ValueError:
        raise ArgumentTypeError(
            f"时间要写成 2026-11-25T04:30 这样 a moment like 2026-11-25T04:30, not {text!r}"
        ) from None


class Command(BaseCommand):
    help = "Call list, assignments, open shifts with why, people left out with why, and a Word report, from two sheets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=_sheet, required=True, help="零工表 xlsx, xls, ods or csv")
        parser.add_argument("--postings", type=_sheet, required=True, help="用工需求表")
        parser.add_argument("--date", type=_day, required=True, help="哪一天上工")
        parser.add_argument("--out", type=_path, required=True, help="放到哪个文件夹")
        parser.add_argument("--policy", choices=DispatchPolicy.values, default=DispatchPolicy.QUEUE.value)
        parser.add_argument("--seed", default="", help="公开摇号的种子")
        parser.add_argument("--verified-by", default="", help="谁核实了这些需求；不写就一条也不派")
        parser.add_argument("--verified-how", choices=Method.values, default=Method.PHONE.value)
        parser.add_argument("--agreed", action="store_true", help="这些人都签过同意书")
        parser.add_argument("--at", type=_moment, help="按哪个时刻算；不写就是前一天 18:00")
        parser.add_argument("--region", default="450200000000", help="12 位地区代码")
        parser.add_argument("--name", default="零工驿站", help="写在纸上的市场名称")
        parser.add_argument("--force", action="store_true", help="文件夹里有别的东西也写")
        parser.add_argument("--timings", type=_path, help="把每一步用的秒数写成 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_out(options["out"], force=options["force"])
        own = os.environ.get(OWN_HOME)
        if own is None:
            self._in_own_home()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a closed window too: no file of people stays
            signal.signal(name, lambda number, _frame: sys.exit(128 + number))
        try:
            self._work(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:  # no such folder, no right to write there, disk full
            where = error.filename or options["out"]
            raise CommandError(f"读写不了 cannot read or write {where}: {error.strerror}") from None
        finally:
            shutil.rmtree(str(own), ignore_errors=True)

    def _in_own_home(self) -> None:
        """Again with a home, a key ring and a database of its own, so that no market's data are touched."""
        home = tempfile.mkdtemp(prefix="gongqiao-day-")
        env = {**os.environ, OWN_HOME: home, "GONGQIAO_HOME": home, "DATABASE_URL": ""}
        env.pop("GONGQIAO_KEYRING", None)
        os.execve(sys.executable, [sys.executable, "-m", "gongqiao.config.manage", *sys.argv[1:]], env)

    def _check_out(self, out: Path, *, force: bool) -> None:
        if out.exists() and not out.is_dir():
            raise CommandError(f"{out} 不是文件夹 is not a folder")
        if not force and out.is_dir() and any(out.iterdir()) and not (out / papers.MARK).exists():
            raise CommandError(f"{out} 里有别的文件 holds other files: 换一个文件夹，或者加 --force")

    def _work(self, options: dict[str, Any]) -> None:
        if Path(os.environ[OWN_HOME]) != settings.HOME:
            raise CommandError("the day runs in a home of its own only")
        order = Order(
            workers=options["workers"],
            postings=options["postings"],
            day=options["date"],
            policy=DispatchPolicy(options["policy"]),
            seed=options["seed"],
            verified_by=options["verified_by"].strip(),
            method=Method(options["verified_how"]),
            region=options["region"],
            name=options["name"],
            at=options["at"],
            agreed=options["agreed"],
        )
        steps = Steps(STEPS)
        with steps.step("建库 database"):
            call_command("migrate", verbosity=0)
        try:
            done = run(order, steps)
        except SheetError as error:
            raise CommandError(str(error)) from None
        with steps.step("写纸 papers"):
            written = papers.write(done, options["out"])
        if options["timings"]:
            options["timings"].write_text(
                json.dumps({"clock": steps.seconds, "processor": steps.cpu}, ensure_ascii=False)
            )
        self._say(done, written)

    def _say(self, done: Any, written: list[Path]) -> None:
        counts, bad = done.book.counts, severities(done.troubles)
        self.stdout.write(
            f"{counts['people']} 人，{counts['shifts']} 个班次 {counts['seats']} 个位置；"
            f"派出 {counts['placed']} 个位置，还缺 {counts['open_seats']}，没派上 {counts['idle']} 人；"
            f"表里要改 {bad['error']} 处，提醒 {bad['warning']} 处"
        )
        for path in written:
            self.stdout.write(f"  {path}")
