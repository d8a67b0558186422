from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacementApp(AppConfig):
    name = "gongqiao.services.placement"
    label = "placement"

    def ready(self) -> None:
        from gongqiao.services.placement import guards  # noqa: PLC0415 -- needs the app registry

        post_migrate.connect(guards.install, sender=self)
