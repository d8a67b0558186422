from django.apps import AppConfig


class SmsApp(AppConfig):
    name = "gongqiao.channels.sms"
    label = "sms"

    def ready(self) -> None:
        from gongqiao.channels.sms import gateway, sending  # noqa: F401, PLC0415 -- registers the line

        gateway.check()
