"""Trades, levels and certificates as bits, closed upwards, so that "may he do it" is one subset test.

Each trade has four bits: "does it, level unknown" and levels 1, 2, 3. Level 3 sets 2, 1 and "does it"; a child trade
sets "does it" of its ancestors. A missing level is its own fact: it is neither level 1 nor level 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.errors import TableError
from gongqiao.engines.matching.horizon import WORD_BITS

HIGHEST_LEVEL = 3
BITS_PER_TRADE = HIGHEST_LEVEL + 1
UNKNOWN_LEVEL = 0


@dataclass(frozen=True)
class Trade:
    """A trade and, where the taxonomy has one, the broader trade it belongs to."""

    code: str
    parent: str | None = None


@dataclass(frozen=True)
class Capability:
    """What one bit means: a trade at a level (0 = does it, level unknown), or a certificate (level None)."""

    kind: str
    code: str
    level: int | None


@dataclass(frozen=True)
class CapabilityVocabulary:
    """Codes to bits. Bits are only comparable under one `version`: store codes, build bits at load."""

    version: str
    trades: tuple[Trade, ...]
    certificates: tuple[str, ...]
    _trade_at: dict[str, int] = field(init=False, repr=False, compare=False)
    _certificate_at: dict[str, int] = field(init=False, repr=False, compare=False)
    _ancestors: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.version:
            raise TableError("vocabulary: version must not be empty")
        trade_at = _positions("trade", [trade.code for trade in self.trades])
        object.__setattr__(self, "_trade_at", trade_at)
        object.__setattr__(self, "_certificate_at", _positions("certificate", list(self.certificates)))
        object.__setattr__(self, "_ancestors", tuple(_lineage(trade, self.trades, trade_at) for trade in self.trades))

    @classmethod
    def build(cls, trades: Iterable[Trade], certificates: Iterable[str], *, version: str) -> "CapabilityVocabulary":
        """From any iterables; the order given fixes the bits."""
        return cls(version=version, trades=tuple(trades), certificates=tuple(certificates))

    @property
    def bits(self) -> int:
        return len(self.trades) * BITS_PER_TRADE + len(self.certificates)

    @property
    def words(self) -> int:
        """Number of uint64 words; at least one."""
        return max(1, -(-self.bits // WORD_BITS))

    def trade_position(self, code: str) -> int:
        return _find(self._trade_at, "trade", code)

    def certificate_position(self, code: str) -> int:
        return _find(self._certificate_at, "certificate", code)

    def trade_bit(self, code: str, level: int | None) -> int:
        """Bit of a trade at a level; None = "does it, level unknown"."""
        return self.trade_position(code) * BITS_PER_TRADE + _checked_level(code, level)

    def certificate_bit(self, code: str) -> int:
        return len(self.trades) * BITS_PER_TRADE + self.certificate_position(code)

    def describe(self, bit: int) -> Capability:
        """What a bit stands for."""
        if not 0 <= bit < self.bits:
            raise TableError(f"vocabulary: no bit {bit!r}, there are {self.bits}")
        position, level = divmod(bit, BITS_PER_TRADE)
        if position < len(self.trades):
            return Capability("trade", self.trades[position].code, level)
        return Capability("certificate", self.certificates[bit - len(self.trades) * BITS_PER_TRADE], None)

    def held_bits(self, skills: Mapping[str, int | None], certificates: Iterable[str]) -> NDArray[np.uint64]:
        """Upward-closed capabilities of a person, shape (words,)."""
        return self.to_words([self.held_set(skills, certificates)]).reshape(self.words)

    def required_bits(
        self, trade: str | None, min_level: int | None = None, certificates: Iterable[str] = ()
    ) -> NDArray[np.uint64]:
        """What a shift asks for, shape (words,); trade None = anybody may, min_level None = any level."""
        return self.to_words([self.required_set(trade, min_level, certificates)]).reshape(self.words)

    def held_set(self, skills: Mapping[str, int | None], certificates: Iterable[str]) -> int:
        """As `held_bits`, as one Python integer."""
        held = 0
        for code, level in skills.items():
            position = self.trade_position(code)
            held |= ((2 << _checked_level(code, level)) - 1) << (position * BITS_PER_TRADE)
            for ancestor in self._ancestors[position]:
                held |= 1 << (ancestor * BITS_PER_TRADE)
        for code in certificates:
            held |= 1 << self.certificate_bit(code)
        return held

    def required_set(self, trade: str | None, min_level: int | None, certificates: Iterable[str]) -> int:
        """As `required_bits`, as one Python integer."""
        if trade is None and min_level is not None:
            raise TableError(f"a level ({min_level!r}) needs a trade")
        required = 0 if trade is None else 1 << self.trade_bit(trade, min_level)
        for code in certificates:
            required |= 1 << self.certificate_bit(code)
        return required

    def preferred_set(self, codes: Iterable[str]) -> int:
        """The "does it" bits of the named trades and of everything below them."""
        wanted = {self.trade_position(code) for code in codes}
        bits = 0
        for position, ancestors in enumerate(self._ancestors):
            if position in wanted or not wanted.isdisjoint(ancestors):
                bits |= 1 << (position * BITS_PER_TRADE)
        return bits

    def to_words(self, sets: list[int]) -> NDArray[np.uint64]:
        """Integer bitsets to little-endian uint64 words, shape (len(sets), words)."""
        return words_of(sets, self.words)


def words_of(sets: list[int], words: int) -> NDArray[np.uint64]:
    """Integer bitsets to uint64 words, bit b in word b // 64, shape (len(sets), words)."""
    data = b"".join(bits.to_bytes(words * 8, "little") for bits in sets)
    return np.frombuffer(data, dtype="<u8").astype(np.uint64).reshape(len(sets), words)


def set_of(words: NDArray[np.uint64]) -> int:
    """One row of words back to an integer bitset."""
    return int.from_bytes(words.astype("<u8").tobytes(), "little")


def _positions(kind: str, codes: list[str]) -> dict[str, int]:
    at: dict[str, int] = {}
    for position, code in enumerate(codes):
        if not isinstance(code, str) or not code:
            raise TableError(f"vocabulary: {kind} {position} must have a code, got {code!r}")
        if at.setdefault(code, position) != position:
            raise TableError(f"vocabulary: {kind} {code!r} is given twice")
    return at


def _lineage(trade: Trade, trades: tuple[Trade, ...], at: dict[str, int]) -> tuple[int, ...]:
    """Positions of all ancestors, nearest first."""
    line: list[int] = []
    parent = trade.parent
    while parent is not None:
        if parent not in at:
            raise TableError(f"vocabulary: parent {parent!r} of trade {trade.code!r} is not a trade")
        if at[parent] in line or parent == trade.code:
            raise TableError(f"vocabulary: trade {trade.code!r} is its own ancestor")
        line.append(at[parent])
        parent = trades[at[parent]].parent
    return tuple(line)


def _find(at: dict[str, int], kind: str, code: str) -> int:
    try:
        return at[code]
    except KeyError:
        raise TableError(f"unknown {kind} {code!r}") from None


def _checked_level(code: str, level: int | None) -> int:
    if level is None:
        return UNKNOWN_LEVEL
    if isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= HIGHEST_LEVEL:
        raise TableError(f"level of trade {code!r} must be None or 1 to {HIGHEST_LEVEL}, got {level!r}")
    return level
