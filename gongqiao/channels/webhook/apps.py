from django.apps import AppConfig


class WebhookApp(AppConfig):
    name = "gongqiao.channels.webhook"
    label = "webhook"
