from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacementApp(AppConfig):
    name = "gongqiao.services.placement"
    label = "placement"

    def ready(self) -> None:
        from gongqiao.needs.dossiers.signals import birth_corrected, merging  # noqa: PLC0415 -- needs the app registry
        from gongqiao.services.placement import guards, receivers  # noqa: PLC0415 -- needs the app registry

        post_migrate.connect(guards.install, sender=self)
        merging.connect(receivers.before_merging, dispatch_uid="placement.before_merging")
        birth_corrected.connect(receivers.after_birth_corrected, dispatch_uid="placement.after_birth_corrected")
