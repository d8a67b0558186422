from django.apps import AppConfig


class RegionsApp(AppConfig):
    name = "gongqiao.foundation.regions"
    label = "regions"
