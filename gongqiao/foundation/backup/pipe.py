"""From a writer to a reader without a file between: the writer has a thread of its own."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

BLOCK = 1024 * 1024


@contextmanager
def flowing(produce: Callable[[BinaryIO], object]) -> Iterator[BinaryIO]:
    """What `produce` writes, to be read here. At the end the rest is read too, so that `produce` ends by itself.

    An error of `produce` is raised here, and before any error that reading its cut-off words has led to.
    """
    read_end, write_end = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(write_end, "wb") as sink:
                produce(cast(BinaryIO, sink))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="backup pipe", daemon=True)
    thread.start()
    with os.fdopen(read_end, "rb") as source:
        try:
            yield cast(BinaryIO, source)
            while source.read(BLOCK):
                pass
        except BaseException as error:
            source.close()
            thread.join()
            if failed and not isinstance(failed[0], BrokenPipeError):
                raise failed[0] from error
            raise
    thread.join()
    if failed:
        raise failed[0]
