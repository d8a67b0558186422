"""Compile once, keep the machine code in a folder, and say plainly what is missing where numba is not installed.

Kernels release the interpreter and use no threads of their own: callers bring Python threads. So there is no OpenMP
pool that a forked server could trip over.
"""

import hashlib
import importlib.util
import os
import warnings
from collections.abc import Callable
from functools import cache
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
    """Keep compiled kernels here from now on; must be called before the first kernel is used, and be writable.

    They lie in a folder named after the sources of all kernels: numba itself looks at the file of a kernel alone and
    would go on using one whose parts, in other files, have changed since.
    """
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    kept = folder / _own_mark()
    kept.mkdir(parents=True, exist_ok=True)
    probe = kept / f".writable-{os.getpid()}"
    probe.write_bytes(b"")
    probe.unlink()
    numba.config.CACHE_DIR = str(kept)


def sources_mark(folder: Path) -> str:
    """Twelve letters that change with any of the sources in a folder."""
    mark = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        mark.update(source.name.encode() + b"\0" + source.read_bytes())
    return mark.hexdigest()[:12]


@cache
def _own_mark() -> str:
    return sources_mark(Path(__file__).parent)


def _find_cache() -> None:
    """Where nobody has named a folder: beside the sources, else among the user's caches, else nowhere, and say so."""
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    chosen = numba.config.CACHE_DIR
    if Path(chosen).name == _own_mark():
        return
    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gongqiao"
    for folder in [Path(chosen)] if chosen else [Path(__file__).parent / "__pycache__", users]:
        try:
            use_cache(folder)
        except OSError as problem:
            why = problem
        else:
            return
    warnings.warn(f"compiled kernels cannot be kept ({why}): name a folder with use_cache", stacklevel=2)
    numba.config.CACHE_DIR = ""


def compiled(function: Kernel) -> Kernel:
    """numba.njit, cached on disk; where no folder is writable it compiles anew in each process and says so.

    Kernels may not make arrays (`_nrt=False`): callers bring all memory. In return no reference to an array is counted
    inside a kernel, which took most of the time of a first version, more so with two threads counting together.
    """
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    _find_cache()
    return _njit(function, cache=bool(numba.config.CACHE_DIR))


def inlined(function: Kernel) -> Kernel:
    """A part of kernels that becomes part of whatever calls it; Python cannot call it.

    Tables are handed over array by array, field by field: three hundred values, which took longer to pass than most
    parts take to work.
    """
    return _njit(function, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _njit(function: Kernel, **more: Any) -> Kernel:
    import numba  # noqa: PLC0415 - costs 0.3 s, only for those who compile

    kernel: Kernel = numba.njit(function, nogil=True, error_model="numpy", _nrt=False, **more)
    return kernel
