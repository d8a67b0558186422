from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditApp(AppConfig):
    name = "gongqiao.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        from gongqiao.foundation.audit import guards  # noqa: PLC0415 -- needs the app registry

        post_migrate.connect(guards.install, sender=self)
