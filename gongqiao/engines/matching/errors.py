"""What this library raises when its input is wrong; the text names the table, the row and the column."""


class TableError(ValueError):
    """A cell, column or key of the input is missing, of the wrong type, or out of range."""


class KernelMissing(RuntimeError):
    """The asked-for kernel is not installed; the text says what to install."""


class MarketTooLarge(RuntimeError):
    """The market, or the form of it that was asked for, would need more memory than was granted."""


class NotByRegions(ValueError):
    """A rule that a plan made region by region cannot keep; the text names the shift and what to do."""


class EngineMissing(RuntimeError):
    """What a regional run was to be spread with is not installed; the text says what to install."""
