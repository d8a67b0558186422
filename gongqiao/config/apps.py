from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "gongqiao.config"
    label = "config"
