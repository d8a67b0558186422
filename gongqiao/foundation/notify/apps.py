from django.apps import AppConfig


class NotifyApp(AppConfig):
    name = "gongqiao.foundation.notify"
    label = "notify"
