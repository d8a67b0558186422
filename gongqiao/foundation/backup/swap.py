"""Changing places: the old parts are renamed aside, the new ones put there. A plan on disk lets it be finished.

Each step is one rename and may be repeated. The database goes first and comes last: as long as a part is missing, no
server finds a database to write to.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gongqiao.foundation.backup.places import Place, family, sync

ASIDE, PUT = "aside", "put"
FILE, SQLITE, SERVER = "file", "sqlite", "server"
Rename = Callable[[str, str], None]  # a database of a server, if it is there and the new name is free


@dataclass(frozen=True)
class Move:
    """`aside` happens once, if nothing stands at `target`; `put` replaces what came there meanwhile."""

    step: str
    kind: str
    source: str
    target: str


def planned(new: Place, old: Place, mark: str) -> list[Move]:
    """From the staged place `new` to `old`; what stands at `old` gets `mark` behind its name.

    A secret that the backup does not hold (it came from the environment) stays where it is.
    """
    parts = [(new.keyring, old.keyring), (new.secret, old.secret), (new.files, old.files)]
    coming = [(source, target) for source, target in parts if source.exists()]
    leaving = [target for source, target in parts if target.exists() and (source.exists() or target == old.files)]
    moves: list[Move] = []
    if old.engine == "sqlite":
        first = [_aside(path, old.database_file, mark) for path in family(old.database_file) if path.exists()]
        last = Move(PUT, SQLITE, str(new.database_file), str(old.database_file))
    else:
        name = old.database["NAME"]
        first = [Move(ASIDE, SERVER, name, f"{name}{mark.replace('.', '_').replace('-', '_')}")]
        last = Move(PUT, SERVER, new.database["NAME"], name)
    moves += first
    moves += [Move(ASIDE, FILE, str(path), f"{path}{mark}") for path in leaving]
    moves += [Move(PUT, FILE, str(source), str(target)) for source, target in coming]
    return [*moves, last]


def _aside(path: Path, database: Path, mark: str) -> Move:
    """A write-ahead log keeps the name of its database before its own ending: SQLite finds it by that."""
    ending = path.name.removeprefix(database.name)
    return Move(ASIDE, FILE, str(path), str(path.with_name(f"{database.name}{mark}{ending}")))


def write(plan: Path, moves: Sequence[Move]) -> None:
    """On disk, whole or not at all."""
    beside = plan.with_name(f"{plan.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump([asdict(move) for move in moves], file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, plan)
    sync(plan.parent)


def carry_out(plan: Path, rename_database: Rename) -> list[Move]:
    """Every step that is not done yet, then the plan is removed; returns the plan."""
    moves = [Move(**move) for move in json.loads(plan.read_text(encoding="utf-8"))]
    for move in moves:
        make(move, rename_database)
    plan.unlink()
    sync(plan.parent)
    return moves


def make(move: Move, rename_database: Rename) -> None:
    """One step; nothing when it was made already. A new database never meets the log of another one."""
    if move.kind == SERVER:
        rename_database(move.source, move.target)
        return
    source, target = Path(move.source), Path(move.target)
    if not source.exists() or (move.step == ASIDE and target.exists()):
        return
    if move.step == PUT and move.kind == SQLITE:
        for left in family(target)[1:]:
            left.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
    sync(target.parent)
