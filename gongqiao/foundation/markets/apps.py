from django.apps import AppConfig


class MarketsApp(AppConfig):
    name = "gongqiao.foundation.markets"
    label = "markets"
