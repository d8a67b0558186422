from django.urls import path

from gongqiao.web.public import views

app_name = "public"
urlpatterns = [path("dispatch/", views.policy, name="policy")]
