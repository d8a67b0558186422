"""What can be wrong with a file, a sheet, a cell."""

from gongqiao.foundation.errors import Refused


class SheetError(Refused):
    """The whole file or sheet cannot be used; the text says why and what to do."""


class CellError(ValueError):
    """One cell cannot be used; the text is shown beside its address."""
