from django.apps import AppConfig


class DemandApp(AppConfig):
    name = "gongqiao.services.demand"
    label = "demand"

    def ready(self) -> None:
        from gongqiao.needs.surveys.signals import completed, rejected, withdrawn  # noqa: PLC0415 -- needs the registry
        from gongqiao.services.demand import receivers  # noqa: PLC0415 -- needs the app registry

        completed.connect(receivers.after_completed, dispatch_uid="demand.after_completed")
        rejected.connect(receivers.after_rejected, dispatch_uid="demand.after_rejected")
        withdrawn.connect(receivers.after_withdrawn, dispatch_uid="demand.after_withdrawn")
