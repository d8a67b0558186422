from django.apps import AppConfig


class SurveysApp(AppConfig):
    name = "gongqiao.needs.surveys"
    label = "surveys"

    def ready(self) -> None:
        from gongqiao.needs.dossiers.signals import consent_withdrawn  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.interviews.signals import blanked  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.surveys import receivers  # noqa: PLC0415 -- needs the app registry

        uid = "surveys.after_consent_withdrawn"
        consent_withdrawn.connect(receivers.after_consent_withdrawn, dispatch_uid=uid)
        blanked.connect(receivers.after_blanked, dispatch_uid="surveys.after_blanked")
