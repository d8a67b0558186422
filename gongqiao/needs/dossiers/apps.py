from django.apps import AppConfig


class DossiersApp(AppConfig):
    name = "gongqiao.needs.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        from gongqiao.needs.dossiers.lines import plan_with_wishes  # noqa: PLC0415 -- needs the app registry

        plan_with_wishes()
