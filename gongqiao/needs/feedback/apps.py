from django.apps import AppConfig


class FeedbackApp(AppConfig):
    name = "gongqiao.needs.feedback"
    label = "feedback"
