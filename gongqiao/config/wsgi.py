"""The door of the web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
os.environ.setdefault(
    "GONGQIAO_KERNEL", "numpy"
)  # a pre-fork server never loads the compiled one (manage matcher does)
application = get_wsgi_application()
