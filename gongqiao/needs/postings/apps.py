from django.apps import AppConfig


class PostingsApp(AppConfig):
    name = "gongqiao.needs.postings"
    label = "postings"
