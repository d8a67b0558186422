from django.apps import AppConfig


class ManualApp(AppConfig):
    name = "gongqiao.channels.manual"
    label = "manual"

    def ready(self) -> None:
        from gongqiao.channels.manual import sending  # noqa: F401, PLC0415 -- registers the line
