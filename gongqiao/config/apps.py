from django.apps import AppConfig
from django.db.backends.signals import connection_created

from gongqiao.foundation import deadlocks
from gongqiao.foundation.wal import write_ahead


class ConfigApp(AppConfig):
    name = "gongqiao.config"
    label = "config"

    def ready(self) -> None:
        connection_created.connect(write_ahead, dispatch_uid="foundation.write_ahead")
        connection_created.connect(deadlocks.watch, dispatch_uid="foundation.deadlocks")
