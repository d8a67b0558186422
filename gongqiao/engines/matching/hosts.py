"""Where regions are worked on: in this process, in processes beside it, or on the machines of a Ray cluster.

All three do the same two things: map a function over pieces, and keep one desk per piece that is asked again and again.
Pieces and answers travel pickled, so kernels get arrays of their own (Ray's shared memory is read-only, for which every
kernel would have to be compiled a second time).
"""

import importlib
import importlib.util
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from gongqiao.engines.matching.errors import EngineMissing

WHAT_TO_INSTALL = "install requirements/ray.txt into the same environment, or take engine='processes'"
ENGINES = ("local", "processes", "ray")
Piece = TypeVar("Piece")
Answer = TypeVar("Answer")
Make = Callable[[Any], Any]
Question = tuple[int, tuple[Any, ...]]  # which desk, and what it is given


class Staff(Protocol):
    """Desks by number; asking is in step: all answers are there when `ask` returns."""

    def ask(self, method: str, given: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]: ...


class Hosts(Protocol):
    def mapped(self, work: Callable[[Piece], Answer], pieces: Sequence[Piece]) -> Iterable[Answer]:
        """In the order of the pieces."""
        ...

    def staffed(self, make: Make, pieces: Sequence[Any]) -> Staff:
        """One desk per piece, made where it will stay."""
        ...


@contextmanager
def hosts(engine: str, processes: int, address: str | None) -> Iterator[Hosts]:
    """`address` of a Ray cluster, None = a Ray of its own on this machine, gone afterwards.

    EngineMissing says what to install.
    """
    if engine == "local":
        yield _Local()
    elif engine == "processes":
        with _Processes(processes) as pool:
            yield pool
    else:
        with _Ray(processes, address) as cluster:
            yield cluster


class Roster:
    """The desks that one host keeps."""

    def __init__(self) -> None:
        self.desks: dict[int, Any] = {}

    def hire(self, packed: bytes) -> None:
        """`packed`: number, maker and piece of a desk."""
        number, make, piece = pickle.loads(packed)
        self.desks[number] = make(piece)

    def answers(self, method: str, questions: Sequence[Question]) -> list[tuple[int, Any]]:
        return [(number, getattr(self.desks[number], method)(*given)) for number, given in questions]


def _hiring(number: int, make: Make, piece: object) -> bytes:
    return pickle.dumps((number, make, piece), protocol=pickle.HIGHEST_PROTOCOL)


class _Local:
    def __init__(self) -> None:
        self.roster = Roster()

    def mapped(self, work: Callable[[Piece], Answer], pieces: Sequence[Piece]) -> Iterable[Answer]:
        return map(work, pieces)

    def staffed(self, make: Make, pieces: Sequence[Any]) -> Staff:
        for number, piece in enumerate(pieces):
            self.roster.desks[number] = make(piece)
        return self

    def ask(self, method: str, given: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        return dict(self.roster.answers(method, list(given.items())))


class _Processes:
    """Spawned, never forked: numba's threads and a web server's would not survive a fork."""

    def __init__(self, processes: int) -> None:
        self.processes, self.clerks, self.ends = processes, list[Any](), list[Connection]()

    def __enter__(self) -> "_Processes":
        return self

    def __exit__(self, *_: object) -> None:
        for end in self.ends:
            end.close()
        for clerk in self.clerks:
            clerk.join()

    def mapped(self, work: Callable[[Piece], Answer], pieces: Sequence[Piece]) -> Iterable[Answer]:
        with ProcessPoolExecutor(self.processes, mp_context=get_context("spawn")) as pool:
            return list(pool.map(work, pieces))

    def staffed(self, make: Make, pieces: Sequence[Any]) -> Staff:
        context = get_context("spawn")
        for _ in range(min(self.processes, len(pieces))):
            mine, theirs = context.Pipe()
            clerk = context.Process(target=_serve, args=(theirs,), daemon=True)
            clerk.start()
            theirs.close()
            self.clerks.append(clerk)
            self.ends.append(mine)
        for first in range(0, len(pieces), len(self.ends)):
            at_once = list(enumerate(pieces))[first : first + len(self.ends)]
            for number, piece in at_once:
                self._host(number).send(("hire", (_hiring(number, make, piece),)))
            for number, _ in at_once:
                _received(self._host(number))
        return self

    def ask(self, method: str, given: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """One message a process with all its questions, one back: neither side ever waits for the other to read."""
        asked = []
        for at, end in enumerate(self.ends):
            questions = [(number, what) for number, what in given.items() if number % len(self.ends) == at]
            if questions:
                end.send(("answers", (method, questions)))
                asked.append(end)
        return dict(answer for end in asked for answer in _received(end))

    def _host(self, number: int) -> Connection:
        return self.ends[number % len(self.ends)]


def _received(end: Connection) -> Any:
    good, value = end.recv()
    if not good:
        raise value
    return value


def _serve(end: Connection) -> None:
    """The life of a process with desks: one message, one answer, until the other end is closed."""
    roster = Roster()
    while True:
        try:
            method, given = end.recv()
        except EOFError:
            return
        try:
            end.send((True, getattr(roster, method)(*given)))
        except Exception as problem:
            end.send((False, problem))


class _Ray:
    """One actor a host; a Ray of its own listens on this machine only, tells nobody, and leaves no files behind."""

    def __init__(self, processes: int, address: str | None) -> None:
        if importlib.util.find_spec("ray") is None:
            raise EngineMissing(f"engine='ray' needs Ray: {WHAT_TO_INSTALL}")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read when Ray is imported: nothing leaves the machine
        self.ray = importlib.import_module("ray")
        self.processes, self.address, self.actors = processes, address, list[Any]()
        self.folder: str | None = None
        self.joined = False

    def __enter__(self) -> "_Ray":
        quiet = {"logging_level": "ERROR", "log_to_driver": False}
        if self.ray.is_initialized():
            return self
        self.joined = True
        if self.address is not None:
            self.ray.init(address=self.address, **quiet)
        else:
            self.folder = tempfile.mkdtemp(prefix="gq-ray-")  # short: a socket's path may have 107 letters
            self.ray.init(
                address="local", num_cpus=self.processes, include_dashboard=False, _temp_dir=self.folder,
                _node_ip_address="127.0.0.1", **quiet,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        for actor in self.actors:
            self.ray.kill(actor)
        if self.joined:
            self.ray.shutdown()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def mapped(self, work: Callable[[Piece], Answer], pieces: Sequence[Piece]) -> Iterable[Answer]:
        task = self.ray.remote(_unpacked)
        found = [task.remote(pickle.dumps((work, piece), protocol=pickle.HIGHEST_PROTOCOL)) for piece in pieces]
        return [pickle.loads(self.ray.get(one)) for one in found]

    def staffed(self, make: Make, pieces: Sequence[Any]) -> Staff:
        """An actor for each region as long as there are processors; where there are fewer, an actor has several."""
        actor = self.ray.remote(Roster)
        self.actors = [actor.remote() for _ in range(min(self.processes, len(pieces)))]
        hired = [self._host(n).hire.remote(_hiring(n, make, piece)) for n, piece in enumerate(pieces)]
        self.ray.get(hired)
        return self

    def ask(self, method: str, given: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        asked = []
        for at, actor in enumerate(self.actors):
            questions = [(number, what) for number, what in given.items() if number % len(self.actors) == at]
            if questions:
                asked.append(actor.answers.remote(method, questions))
        return dict(answer for batch in self.ray.get(asked) for answer in batch)

    def _host(self, number: int) -> Any:
        return self.actors[number % len(self.actors)]


def _unpacked(packed: bytes) -> bytes:
    work, piece = pickle.loads(packed)
    return pickle.dumps(work(piece), protocol=pickle.HIGHEST_PROTOCOL)
