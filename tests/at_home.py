"""Loaded before anything reads Django's settings (pyproject: `-p tests.at_home`): a home of its own for each run of the
tests, so that no market's data is touched and two runs beside each other have two databases. Gone when the run ends.
"""

import atexit
import os
import shutil
import tempfile

if "GONGQIAO_HOME" not in os.environ:
    os.environ["GONGQIAO_HOME"] = tempfile.mkdtemp(prefix="gongqiao-tests-")
    atexit.register(shutil.rmtree, os.environ["GONGQIAO_HOME"], ignore_errors=True)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser stories run an event loop beside the ORM
