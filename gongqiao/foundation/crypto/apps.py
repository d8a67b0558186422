from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class CryptoApp(AppConfig):
    name = "gongqiao.foundation.crypto"
    label = "crypto"

    def ready(self) -> None:
        from gongqiao.foundation.crypto.first_ring import ring_before_migrate  # noqa: PLC0415 -- needs the app registry

        pre_migrate.connect(ring_before_migrate, dispatch_uid="crypto.ring_before_migrate")
