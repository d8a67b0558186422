from django.apps import AppConfig


class PeopleApp(AppConfig):
    name = "gongqiao.foundation.people"
    label = "people"
