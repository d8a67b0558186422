from django.apps import AppConfig


class WechatApp(AppConfig):
    name = "gongqiao.channels.wechat"
    label = "wechat"

    def ready(self) -> None:
        from gongqiao.channels.wechat import line, sending  # noqa: F401, PLC0415 -- registers the channel

        line.check()
