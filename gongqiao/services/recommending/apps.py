from django.apps import AppConfig


class RecommendingApp(AppConfig):
    name = "gongqiao.services.recommending"
    label = "recommending"

    def ready(self) -> None:
        from gongqiao.foundation.notify.enums import Kind  # noqa: PLC0415 -- needs the app registry
        from gongqiao.foundation.notify.planning import stands_by  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.dossiers.signals import erased  # noqa: PLC0415 -- needs the app registry
        from gongqiao.needs.postings.signals import verified, withdrawn  # noqa: PLC0415 -- needs the app registry
        from gongqiao.services.recommending import queries, receivers  # noqa: PLC0415 -- needs the app registry

        verified.connect(receivers.after_verified, dispatch_uid="recommending.after_verified")
        withdrawn.connect(receivers.after_withdrawn, dispatch_uid="recommending.after_withdrawn")
        erased.connect(receivers.after_erased, dispatch_uid="recommending.after_erased")
        stands_by(Kind.SUGGEST, queries.stands)
