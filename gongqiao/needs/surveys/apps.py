from django.apps import AppConfig


class SurveysApp(AppConfig):
    name = "gongqiao.needs.surveys"
    label = "surveys"

    def ready(self) -> None:
        from gongqiao.needs.interviews.signals import blanked  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.surveys import receivers  # noqa: PLC0415 -- needs the app registry

        blanked.connect(receivers.after_blanked, dispatch_uid="surveys.after_blanked")
