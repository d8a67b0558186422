from django.apps import AppConfig


class InterviewsApp(AppConfig):
    name = "gongqiao.needs.interviews"
    label = "interviews"
