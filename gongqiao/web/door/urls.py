from django.urls import path

from gongqiao.web.door import views

app_name = "door"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", views.send_code, name="send-code"),
    path("sign-in/code/use/", views.use_code, name="use-code"),
    path("sign-in/code/who/", views.who, name="who"),
    path("enter/", views.enter, name="enter"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("posts/", views.posts, name="posts"),
    path("posts/asked/", views.asked, name="asked"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor_asked, name="second-factor"),
    path("second-factor/set/", views.set_second_factor, name="set-second-factor"),
    path("language/", views.language, name="language"),
    path("edition/", views.edition, name="edition"),
]
