"""The browser of the stories: Debian's Chromium, installed when it is missing and we may."""

import os
import shutil
import subprocess

PACKAGES = ["chromium", "fonts-noto-cjk"]
PATIENCE = ["-o", "Acquire::http::Timeout=30", "-o", "Acquire::Retries=1"]
LONGEST_SECONDS = 900


class NoBrowser(Exception):
    """The stories cannot run here; the text says why and what would help."""


def chromium() -> str:
    """The program's path. As root on Debian it is installed first, and that is said."""
    found = shutil.which("chromium")
    if found:
        return found
    if not shutil.which("apt-get"):
        raise NoBrowser("no chromium on the PATH, and no apt-get to install it with")
    if os.geteuid() != 0:
        raise NoBrowser(f"no chromium on the PATH; as root: apt-get install {' '.join(PACKAGES)}")
    print(f"no chromium here: installing {' and '.join(PACKAGES)} with apt-get", flush=True)
    ended = [_apt("update"), _apt("install", "-y", "--no-install-recommends", *PACKAGES)]
    found = shutil.which("chromium")
    if not found:
        raise NoBrowser(f"no chromium, and apt-get could not install it (update and install ended with {ended})")
    return found


def _apt(*args: str) -> int:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *PATIENCE, *args]
    try:
        ended = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, timeout=LONGEST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return -1
    return ended.returncode
