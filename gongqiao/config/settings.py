"""One settings file; what differs between places comes from the environment (config.env), and fails loudly."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from gongqiao.config.env import database, envbool, envchoice, envint, envlist, envpath, secret_file

ROOT = Path(__file__).resolve().parents[2]
HOME = envpath("GONGQIAO_HOME", ROOT / "var")  # database, keys, files: all that must be kept
GONGQIAO_KEYRING = envpath("GONGQIAO_KEYRING", HOME / "keyring.json")  # outside the database, mode 600
GONGQIAO_REQUIRE_TOTP = envbool("GONGQIAO_REQUIRE_TOTP", False)  # staff without a second factor may not go on

DEBUG = envbool("GONGQIAO_DEBUG", False)
MATCHER = envchoice("GONGQIAO_MATCHER", ("inside", "process"))  # where the screens' questions about matching go
MATCHING_KERNEL = envchoice("GONGQIAO_KERNEL", ("auto", "numpy", "numba"))  # decision 0020
MATCHER_SOCKET = envpath("GONGQIAO_MATCHER_SOCKET", HOME / "matcher.sock")
SECRET_KEY = os.environ.get("GONGQIAO_SECRET_KEY") or secret_file(HOME / "secret_key")
ALLOWED_HOSTS = envlist("GONGQIAO_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = envlist("GONGQIAO_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "gongqiao.api",
    "gongqiao.foundation.crypto",
    "gongqiao.foundation.regions",
    "gongqiao.foundation.markets",
    "gongqiao.foundation.people",
    "gongqiao.foundation.organisations",
    "gongqiao.foundation.accounts",
    "gongqiao.foundation.audit",
    "gongqiao.foundation.consent",
    "gongqiao.foundation.files",
    "gongqiao.foundation.notify",
    "gongqiao.foundation.tokens",
    "gongqiao.needs.dossiers",
    "gongqiao.needs.family",
    "gongqiao.needs.employers",
    "gongqiao.needs.postings",
    "gongqiao.needs.surveys",
    "gongqiao.needs.feedback",
    "gongqiao.needs.interviews",
    "gongqiao.services.placement",
    "gongqiao.services.demand",
    "gongqiao.services.spoken",
    "gongqiao.services.slips",
    "gongqiao.services.lending",
    "gongqiao.services.hall",
    "gongqiao.services.mydata",
    "gongqiao.services.recommending",
    "gongqiao.channels.spreadsheet",
    "gongqiao.channels.offline",
    "gongqiao.channels.wechat",
    "gongqiao.channels.sms",
    "gongqiao.channels.manual",
    "gongqiao.channels.webhook",
    "gongqiao.web.ui",
    "gongqiao.web.door",
    "gongqiao.web.desk",
    "gongqiao.web.worker",
    "gongqiao.web.employer",
    "gongqiao.web.public",
    "gongqiao.web.hall",
    "gongqiao.config.apps.ConfigApp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongqiao.api.gate.Gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongqiao.web.middleware.Language",
    "gongqiao.web.middleware.Bounded",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gongqiao.web.middleware.Readable",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongqiao.web.middleware.CurrentMembership",
    "gongqiao.web.middleware.NotKept",
    "gongqiao.web.middleware.PlainAnswers",
    "gongqiao.web.middleware.DefaultDeny",
    "gongqiao.web.middleware.ReadOnlyGet",
]

ROOT_URLCONF = "gongqiao.config.urls"
WSGI_APPLICATION = "gongqiao.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gongqiao.web.context.page",
            ],
        },
    },
]
FORM_RENDERER = "gongqiao.web.ui.forms.UiRenderer"

DATABASES = {"default": database(os.environ.get("DATABASE_URL"), HOME / "gongqiao.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}  # a file: racing writers need real locks
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "door:sign-in"
SESSION_COOKIE_AGE = envint("GONGQIAO_SESSION_SECONDS", 12 * 3600)
OFFLINE_HOURS = envint("GONGQIAO_OFFLINE_HOURS", 12)  # a desk reads its list without a network; never past its day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = envbool("GONGQIAO_HTTPS", False)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # a GET that shows a message writes nothing

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "gongqiao" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # what is stored is UTC; each request shows its market's zone

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks there, even when the finders serve
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MOST_BODY = 130_000_000  # bytes of one request: the longest recording, or a paper with twelve pictures of it
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

WECHAT: dict[str, Any] = {  # the operator's mini program; the secret stands in the environment alone (channels.wechat)
    "appid": os.environ.get("GONGQIAO_WECHAT_APPID", ""),
    "secret": os.environ.get("GONGQIAO_WECHAT_SECRET", ""),
    "api": os.environ.get("GONGQIAO_WECHAT_API", "https://api.weixin.qq.com").rstrip("/"),
    "templates": os.environ.get("GONGQIAO_WECHAT_TEMPLATES", ""),
    "webview": envbool("GONGQIAO_WECHAT_WEBVIEW", False),  # the business domain 业务域名 is registered
    "state": envchoice("GONGQIAO_WECHAT_STATE", ("formal", "trial", "developer")),
}
WEBHOOK_ALLOW = envlist("GONGQIAO_WEBHOOK_ALLOW", [])  # host:port of this house that a webhook may call, by http too
SMS = {  # the operator's gateway; key and secret stand in the environment alone (channels.sms)
    "gateway": envchoice("GONGQIAO_SMS", ("", "aliyun", "tencent")),
    "api": os.environ.get("GONGQIAO_SMS_API", "").rstrip("/"),
    "key": os.environ.get("GONGQIAO_SMS_KEY", ""),
    "secret": os.environ.get("GONGQIAO_SMS_SECRET", ""),
    "sign": os.environ.get("GONGQIAO_SMS_SIGN", ""),
    "app": os.environ.get("GONGQIAO_SMS_APP", ""),
    "templates": os.environ.get("GONGQIAO_SMS_TEMPLATES", ""),
}
API_PER_MINUTE = envint("GONGQIAO_API_PER_MINUTE", 240)  # requests of one token, and of one address, per web process
API_WRITES_BURST = envint("GONGQIAO_API_WRITES_BURST", 60)  # at once, of one token or address; then one in two seconds

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GONGQIAO_LOG", "WARNING")},
    "loggers": {"django": {"level": os.environ.get("GONGQIAO_LOG", "WARNING")}},  # asked before the root
}
