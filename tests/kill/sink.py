"""An SMS gateway with bad days, which does a thing once for each id: what it did, and how often it was asked.

It speaks Aliyun's SendSms (tests/channels/sms holds the signature to account). By dice it is slow, answers 500 or "too
often" before it did anything, or does it and then cuts the line or answers 500: the sender cannot tell these apart.
"""

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.kill.hearing import Answers

SLOW, QUICK = 0.4, 0.01  # seconds
MANNERS = (("good", 72), ("slow", 8), ("refused", 7), ("often", 4), ("done, then cut", 5), ("done, then 500", 4))
NAMES, WEIGHTS = zip(*MANNERS, strict=True)
DOES = frozenset({"good", "slow", "done, then cut", "done, then 500"})


class Sink(ThreadingHTTPServer):
    """`done`: the words by id, written once; `asked`: how often each id came; `repeated`: asked though it was
    done; `other`: ids that came with other words."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dice, self.lock = random.Random(20261126), threading.Lock()
        self.done: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.manners: Counter[str] = Counter()
        self.other: list[str] = []
        self.repeated = 0
        self.heard = Answers()
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, name: str, words: str) -> str:
        """How it behaves this time."""
        with self.lock:
            manner = self.dice.choices(NAMES, WEIGHTS)[0]
            self.asked[name] += 1
            self.manners[manner] += 1
            self.repeated += name in self.done
            if manner in DOES and self.done.setdefault(name, words) != words:
                self.other.append(name)
        return str(manner)

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        manner = self.server.take(asked["OutId"], f"{asked['PhoneNumbers']} {asked['TemplateParam']}")
        self.server.heard.add()
        time.sleep(SLOW if manner == "slow" else QUICK)
        if manner == "done, then cut":
            self.connection.close()
            return
        code = "isv.BUSINESS_LIMIT_CONTROL" if manner == "often" else "OK"
        content = json.dumps({"Code": code, "RequestId": "r"}).encode()
        try:
            self.send_response(500 if manner in ("refused", "done, then 500") else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # whoever asked is dead
            pass

    def log_message(self, *args: object) -> None:
        pass
