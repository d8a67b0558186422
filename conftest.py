"""Before Django's settings are read: a home of its own for the tests, so that no market's data is touched."""

import os
import tempfile

if "GONGQIAO_HOME" not in os.environ:
    os.environ["GONGQIAO_HOME"] = tempfile.mkdtemp(prefix="gongqiao-tests-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser stories run an event loop beside the ORM
