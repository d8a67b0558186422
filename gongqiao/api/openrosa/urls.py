from django.urls import path

from gongqiao.api.openrosa import views

app_name = "openrosa"
urlpatterns = [
    path("<str:token>/formList", views.form_list, name="form-list"),
    path("<str:token>/forms/<str:form>.xml", views.form, name="form"),
    path("<str:token>/forms/<str:form>/manifest", views.manifest, name="manifest"),
    path("<str:token>/forms/<str:form>/<int:version>/<str:name>", views.media, name="media"),
    path("<str:token>/submission", views.submission, name="submission"),
]
