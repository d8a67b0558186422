"""`python -m tests.races.writers ACT MARKET FIRST COUNT FACTS`: `COUNT` writers of one process.

Says `ready` when all of them are connected and have their rows, waits for a line, then lets them go; at the end one
line of JSON: what became of each, and how many connections there were.
"""

import json
import sys
import threading
from collections import Counter

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402 -- the settings come first
from django_scopes import scope  # noqa: E402

from gongqiao.foundation.errors import Refused, Stale  # noqa: E402
from gongqiao.foundation.markets.models import Market  # noqa: E402
from tests.races.acts import ACTS  # noqa: E402

TIME_ENOUGH = 120.0  # seconds until a writer that never comes is a failure, not a hang


def main(act: str, market: int, first: int, count: int, facts: str) -> None:
    place = Market.objects.get(pk=market)
    ready, gate = threading.Barrier(count + 1, timeout=TIME_ENOUGH), threading.Event()
    seen, connections, lock = Counter[str](), set[str](), threading.Lock()

    def write(index: int) -> None:
        with scope(market=place):
            run = ACTS[act](json.loads(facts), index)
            own = str(id(connection.connection))
            ready.wait()
            gate.wait()
            try:
                run()
                word = "won"
            except (Refused, Stale) as answer:
                word = type(answer).__name__
            except OperationalError as busy:
                word = f"busy: {busy}"
            with lock:
                seen[word] += 1
                connections.add(own)
            ready.wait()  # nobody closes his connection before all are through: no address is used twice
        connection.close()

    threads = [threading.Thread(target=write, args=(first + at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    _tell("ready")
    sys.stdin.readline()
    gate.set()
    ready.wait()
    for thread in threads:
        thread.join()
    _tell(json.dumps({"seen": seen, "connections": len(connections)}))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5])
