"""The door of the web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
os.environ.setdefault("GONGQIAO_KERNEL", "numpy")  # no compiled code in a pre-fork server
application = get_wsgi_application()
