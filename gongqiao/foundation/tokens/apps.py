from django.apps import AppConfig


class TokensApp(AppConfig):
    name = "gongqiao.foundation.tokens"
