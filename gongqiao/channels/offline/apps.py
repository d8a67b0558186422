from django.apps import AppConfig


class OfflineApp(AppConfig):
    name = "gongqiao.channels.offline"
    label = "offline"
