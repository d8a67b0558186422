"""`python -m tests.kill.telling HOME KILLS`: messages delivered by two workers that are killed again and again.

Prints what became of them as JSON. After the last blow the clock is set forward, so that what waits (a lease of the
dead, a second try) is due; no message may be missing then, and a gateway that knows an id did each thing once.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import django

from tests.kill.server import TaskWorker
from tests.kill.sink import Sink

PEOPLE, WAITING, CITY = 12, 120, 10**6
MOST_HEARD, LONGEST = 25, 0.1  # requests of one life before the blow, and seconds that it then waits
STARTS_WITHIN = 120.0
STEP, STEPS = timedelta(minutes=3), 40
TEMPLATES = {"pay": {"id": "SMS_7", "fields": {"what": "text1"}}}


@dataclass(frozen=True)
class Told:
    """`messages` were put into the outbox; the last five figures must be nought."""

    kills: int
    seconds: float
    messages: int
    by_gateway: int
    by_people: int
    asked_again: int  # ids that the gateway was asked for more than once
    in_hand: int  # messages that a dead worker had in hand
    repeated: int  # asked for once more though it was done
    manners: dict[str, int]
    missing: int  # neither sent nor on a list
    unlike: int  # marked sent by the gateway, which knows nothing of it
    twice: int  # one message under two ids, on two lists, or with two attempts that went through
    changed: int  # one id with two texts
    alien: int  # the gateway knows it, and the outbox does not


def main(home: str, kills: int) -> None:
    sink = Sink()
    facts = {"SMS": "aliyun", "SMS_API": sink.url, "SMS_KEY": "key", "SMS_SECRET": "secret", "SMS_SIGN": "鱼峰驿站"}
    env = {f"GONGQIAO_{name}": value for name, value in facts.items()}
    env |= {"GONGQIAO_SMS_TEMPLATES": json.dumps(TEMPLATES)}
    own = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
    os.environ.update({**env, **own, "DJANGO_SETTINGS_MODULE": "gongqiao.config.settings"})
    django.setup()
    try:
        sys.stdout.write(json.dumps(asdict(_told(Path(home), kills, sink, env)), ensure_ascii=False))
    finally:
        sink.close()


def _told(home: Path, kills: int, sink: Sink, env: dict[str, str]) -> Told:
    outbox, begun = _Outbox(), time.perf_counter()
    workers = [TaskWorker(home, number, env) for number in (1, 2)]
    held: set[str] = set()
    dice = random.Random(kills)
    for _blow in range(kills):
        outbox.fill()
        for worker in workers:
            worker.start()
        try:
            if not sink.heard.wait_for(1 + dice.randint(0, MOST_HEARD), STARTS_WITHIN):
                raise RuntimeError("\n".join(worker.log.read_text() for worker in workers))
            time.sleep(dice.uniform(0, LONGEST))
        finally:
            for worker in workers:
                worker.kill()
        held |= outbox.in_hand()
    outbox.drain()
    seconds = round(time.perf_counter() - begun, 1)
    return Told(kills=kills, seconds=seconds, in_hand=len(held), **outbox.reckoning(sink))


class _Outbox:
    """The market's side of it."""

    def __init__(self) -> None:
        from django.core.management import call_command
        from django_scopes import scope

        from gongqiao.foundation.notify import wishes
        from tests import factories

        call_command("migrate", verbosity=0, interactive=False)
        self.house = factories.house()
        with scope(market=self.house.market):
            lines = {"machines": ["sms"], "quiet_from": wishes.time(0), "quiet_to": wishes.time(0)}
            wishes.set_lines({**lines, "day_fen": CITY, "month_fen": CITY}, by=self.house.liang)
            phones = (f"154000012{number:02d}" for number in range(PEOPLE))
            by_text = {"channel": "sms"}
            files = [factories.dossier(self.house, birth=None, phone=phone, values=by_text) for phone in phones]
            self.people = [each.person for each in files]
        self.count = 0

    def fill(self) -> None:
        """So many wait again."""
        from django_scopes import scope

        from gongqiao.foundation import clock
        from gongqiao.foundation.notify.actions import Note, tell
        from gongqiao.foundation.notify.enums import Kind, MessageState
        from gongqiao.foundation.notify.models import Message

        with scope(market=self.house.market):
            more = WAITING - Message.objects.filter(state=MessageState.WAITING, lease_until=None, tries=0).count()
            numbers = range(self.count, self.count + max(0, more))
            notes = [
                Note(
                    person=self.people[number % PEOPLE],
                    key=f"kill:{number}",
                    subject="工钱改了",
                    body=f"第 {number} 条",
                    about=f"kill:{number}",
                    expires_at=clock.now() + timedelta(days=1),
                    kind=Kind.PAY,
                )
                for number in numbers
            ]
            tell(self.house.market, notes)
        self.count += len(notes)

    def in_hand(self) -> set[str]:
        """That the dead held."""
        from django_scopes import scopes_disabled

        from gongqiao.foundation.notify.models import Message

        with scopes_disabled():
            return {str(pk) for pk in Message.objects.exclude(lease_until=None).values_list("pk", flat=True)}

    def drain(self) -> None:
        """Hours go by with one worker, until nothing waits."""
        from django_scopes import scopes_disabled

        from gongqiao.foundation import clock
        from gongqiao.foundation.notify.delivery import deliver
        from gongqiao.foundation.notify.enums import MessageState
        from gongqiao.foundation.notify.models import Message

        begun = clock.now()
        for step in range(1, STEPS + 1):
            with clock.held_at(begun + step * STEP):
                while sum(deliver().values()):
                    pass
            with scopes_disabled():
                if not Message.objects.filter(state=MessageState.WAITING).exists():
                    return

    def reckoning(self, sink: Sink) -> dict[str, object]:
        from django_scopes import scopes_disabled

        from gongqiao.foundation.notify.enums import MessageState, Result
        from gongqiao.foundation.notify.models import Attempt, CallTask, Message

        with scopes_disabled():
            rows = {str(row.pk): row for row in Message.objects.filter(key__startswith="kill:")}
            listed = Counter(str(pk) for pk in CallTask.objects.values_list("message_id", flat=True))
            good = Attempt.objects.filter(result__in=(Result.SENT, Result.LISTED))
            through = Counter(str(pk) for pk in good.values_list("message_id", flat=True))
        by_gateway = {pk for pk, row in rows.items() if row.state == MessageState.SENT and row.channel == "sms"}
        words = Counter(sink.done.values())
        return {
            "messages": self.count,
            "by_gateway": len(by_gateway),
            "by_people": len(listed),
            "asked_again": sum(times > 1 for times in sink.asked.values()),
            "repeated": sink.repeated,
            "manners": dict(sorted(sink.manners.items())),
            "missing": self.count - len(by_gateway | set(listed)),
            "unlike": len(by_gateway - set(sink.done)),
            "twice": sum(count > 1 for each in (words, listed, through) for count in each.values()),
            "changed": len(sink.other),
            "alien": len(set(sink.asked) - set(rows)),
        }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
