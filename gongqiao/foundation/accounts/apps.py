from django.apps import AppConfig


class AccountsApp(AppConfig):
    name = "gongqiao.foundation.accounts"
    label = "accounts"
