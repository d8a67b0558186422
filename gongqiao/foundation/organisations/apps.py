from django.apps import AppConfig


class OrganisationsApp(AppConfig):
    name = "gongqiao.foundation.organisations"
    label = "organisations"
