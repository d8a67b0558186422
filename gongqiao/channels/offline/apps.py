from django.apps import AppConfig


class OfflineApp(AppConfig):
    name = "gongqiao.channels.offline"
    label = "offline"

    def ready(self) -> None:
        from gongqiao.channels.offline import receivers  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.dossiers.signals import erased  # noqa: PLC0415 -- needs the app registry

        erased.connect(receivers.after_erased, dispatch_uid="offline.after_erased")
