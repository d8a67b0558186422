"""Compile once, keep the machine code in a folder, and say plainly what is missing where numba is not installed.

Kernels release the interpreter and use no threads of their own: callers bring Python threads. So there is no OpenMP
pool that a forked server could trip over.
"""

import importlib.util
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gongqiao.engines.matching.errors import KernelMissing

Kernel = Callable[..., Any]
WHAT_TO_INSTALL = "install requirements/fast.txt (numba and HiGHS) into the same environment"


def is_installed() -> bool:
    """True where the numba kernel can be used; imports nothing."""
    return importlib.util.find_spec("numba") is not None


def require(what: str) -> None:
    """KernelMissing with the cure where numba is not installed. `what` names the work that needs it."""
    if not is_installed():
        raise KernelMissing(f"{what} needs the numba kernel: {WHAT_TO_INSTALL}")


def use_cache(folder: Path) -> None:
    """Keep compiled kernels here from now on; must be called before the first kernel is used, and be writable."""
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".writable"
    probe.write_bytes(b"")
    probe.unlink()
    numba.config.CACHE_DIR = str(folder)


def compiled(function: Kernel) -> Kernel:
    """numba.njit, cached on disk; where no folder is writable it compiles anew in each process and says so.

    Kernels may not make arrays (`_nrt=False`): callers bring all memory. In return no reference to an array is counted
    inside a kernel, which took most of the time of a first version, more so with two threads counting together.
    """
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    try:
        kernel: Kernel = numba.njit(function, cache=True, **options)
    except RuntimeError as problem:
        warnings.warn(f"compiled kernels cannot be kept ({problem}): name a folder with use_cache", stacklevel=2)
        kernel = numba.njit(function, **options)
    return kernel
