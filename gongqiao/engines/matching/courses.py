"""Which course opens most: what a set of skills and certificates would do for people and for seats nobody can take.

A pair is unlocked by a course when he may not do the shift today, and might with what the course gives. Pairs alone
mean little, so three figures are given: people who gain enough shifts to matter, seats that nobody can fill today and
somebody could, and points at today's prices. A set of courses is chosen greedily by any of the three, which comes
within 1 - 1/e of the best for people covered (Nemhauser, Wolsey and Fisher, Mathematical Programming 14, 1978).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.errors import TableError
from gongqiao.engines.matching.scan import blocks, feasible_pairs, scores
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary, words_of
from gongqiao.engines.matching.workers import NO_EXPIRY, WorkerTable


@dataclass(frozen=True)
class Course:
    """`code` names it; it gives skills {trade: level 1-3 or None} and certificates (codes), valid throughout."""

    code: str
    skills: Mapping[str, int | None] = field(default_factory=dict)
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True)
class CourseEffect:
    """Of one course. workers_gaining: people to whom it opens at least `least_shifts`; workers_touched: at least one.

    pairs: people x shifts unlocked; seats_unlocked: seats without anybody today that somebody could take; value: points
    the people gain at today's prices, each by his best unlocked shift.
    """

    code: str
    workers_gaining: int
    workers_touched: int
    pairs: int
    seats_unlocked: int
    value: int


class Counts(NamedTuple):
    """For C courses: gained (C, W) bool; pairs, value (C,); newcomers (C, J) people who could come to each shift."""

    gained: Bool
    touched: Int64
    pairs: Int64
    value: Int64
    newcomers: Int64
    today: Int64  # (J,) people who may come today


def given_bits(course: Course, vocabulary: CapabilityVocabulary) -> NDArray[np.uint64]:
    """What a course gives, upward-closed, shape (words,); an unknown code is a TableError that names the course."""
    try:
        return words_of([vocabulary.held_set(course.skills, course.certificates)], vocabulary.words).reshape(-1)
    except TableError as problem:
        raise TableError(f"course {course.code!r}: {problem}") from problem


def check_courses(courses: Sequence[Course], least_shifts: int) -> None:
    codes = [course.code for course in courses]
    if len(set(codes)) != len(codes):
        raise TableError(f"courses: a code is given twice in {codes}")
    if least_shifts < 1:
        raise ValueError(f"least_shifts must be 1 or more, got {least_shifts!r}")


def counted(
    workers: WorkerTable,
    shifts: ShiftTable,
    card: ScoreCard,
    vocabulary: CapabilityVocabulary,
    courses: Sequence[Course],
    price: Int64,
    least_shifts: int,
) -> Counts:
    """The plain way: give the course to everybody and look at all pairs again. price (J,) points."""
    people, jobs = len(workers), len(shifts)
    touched, pairs, value = (np.zeros(len(courses), dtype=np.int64) for _ in range(3))
    newcomers, today = np.zeros((len(courses), jobs), dtype=np.int64), np.zeros(jobs, dtype=np.int64)
    counts = Counts(np.zeros((len(courses), people), dtype=np.bool_), touched, pairs, value, newcomers, today)
    for rows in blocks(people, jobs):
        before = workers.take(rows)
        may = feasible_pairs(before, shifts)
        now = np.where(may, scores(before, shifts, card) - price, 0).max(axis=1, initial=0)
        counts.today[:] += may.sum(axis=0)
        for at, course in enumerate(courses):
            after = taught(before, course, vocabulary)
            new = feasible_pairs(after, shifts) & ~may
            best = np.where(new, scores(after, shifts, card) - price, 0).max(axis=1, initial=0)
            counts.gained[at, rows] = new.sum(axis=1) >= least_shifts
            counts.touched[at] += int(new.any(axis=1).sum())
            counts.pairs[at] += int(new.sum())
            counts.value[at] += int(np.maximum(best - now, 0).sum())
            counts.newcomers[at] += new.sum(axis=0)
    return counts


def taught(workers: WorkerTable, course: Course, vocabulary: CapabilityVocabulary) -> WorkerTable:
    """Everybody with what the course gives."""
    bits = given_bits(course, vocabulary)
    skill_bits = bits & ~_certificate_bits(vocabulary)
    until = workers.certificate_until.copy()
    until[:, [vocabulary.certificate_position(code) for code in course.certificates]] = NO_EXPIRY
    return replace(workers, skill_bits=workers.skill_bits | skill_bits, certificate_until=until)


def _certificate_bits(vocabulary: CapabilityVocabulary) -> NDArray[np.uint64]:
    return words_of([vocabulary.held_set({}, vocabulary.certificates)], vocabulary.words).reshape(-1)


def effects(courses: Sequence[Course], counts: Counts, seats: Int64) -> list[CourseEffect]:
    """The counts as figures; seats (J,)."""
    vacant = np.maximum(seats - counts.today, 0)
    return [
        CourseEffect(
            course.code,
            int(counts.gained[at].sum()),
            int(counts.touched[at]),
            int(counts.pairs[at]),
            int(np.minimum(counts.newcomers[at], vacant).sum()),
            int(counts.value[at]),
        )
        for at, course in enumerate(courses)
    ]


def greedy(courses: Sequence[Course], counts: Counts, how_many: int) -> list[tuple[str, int]]:
    """(course, people gaining by it who gained by none before), best first; ends where nobody more would gain."""
    uncovered = np.ones(counts.gained.shape[1], dtype=np.bool_)
    chosen: list[tuple[str, int]] = []
    for _ in range(min(how_many, len(courses))):
        more = (counts.gained & uncovered).sum(axis=1)
        at = int(more.argmax())
        if not more[at]:
            break
        chosen.append((courses[at].code, int(more[at])))
        uncovered &= ~counts.gained[at]
    return chosen
