"""Settings of the site. What differs from one installation to the next comes from the environment.

KYOSO_HOME        folder of database, evidence and runs; ./var
KYOSO_URL         the address people use, such as https://kyoso.example; http://127.0.0.1:8000
KYOSO_SECRET_KEY  instead of the key kept in KYOSO_HOME
KYOSO_MAIL_URL    smtp://USER:PASSWORD@HOST:PORT; letters lie in KYOSO_HOME/outbox without it
KYOSO_MAIL_FROM   the address that letters come from; kyoso@ the host of KYOSO_URL
KYOSO_SECOND_FACTOR_FOR  roles that need a second factor; secretariat,verifier,auditor
KYOSO_PROXIES     how many proxies stand before the site; 0
KYOSO_PROCESSES   how many processes answer; one for each processor, at most four
DATABASE_URL      PostgreSQL instead of SQLite
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from kyoso.hub import databases, home, mailing
from kyoso.publishing import fonts

BASE = Path(__file__).parent
KYOSO_HOME = home.folder()
KYOSO_URL = os.environ.get("KYOSO_URL") or "http://127.0.0.1:8000"

DEBUG = False
SECRET_KEY = home.secret_key()

_address = urlsplit(KYOSO_URL)
_https = _address.scheme == "https"
_proxies = int(os.environ.get("KYOSO_PROXIES") or 0)

ALLOWED_HOSTS = [_address.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kyoso.hub.portal.views.csrf_failure"
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _proxies else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "kyoso.hub.record",
    "kyoso.hub.accounts",  # before allauth: its pages are ours
    "kyoso.hub.programme",
    "kyoso.hub.evidence",
    "kyoso.hub.evidence.facilities",
    "kyoso.hub.evidence.inventory",
    "kyoso.hub.evidence.ndc",
    "kyoso.hub.evidence.verification",
    "kyoso.hub.projects",
    "kyoso.hub.progress",
    "kyoso.hub.portal",
    "kyoso.hub.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kyoso.hub.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kyoso.hub.api.middleware.door",
    "kyoso.hub.middleware.body_limit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kyoso.hub.accounts.middleware.second_factor",
    "kyoso.hub.portal.desk.middleware.count_anew",
    "kyoso.hub.record.middleware.Refusals",
]

ROOT_URLCONF = "kyoso.hub.urls"
WSGI_APPLICATION = "kyoso.hub.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kyoso.hub.portal.templatetags.kyoso"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "kyoso.hub.portal.context.frame",
            ],
        },
    }
]

_database_url = os.environ.get("DATABASE_URL")
DATABASES = {
    "default": databases.parse(_database_url)
    if _database_url
    else databases.sqlite(KYOSO_HOME / "kyoso.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Counts failed sign-ins; kept in memory they would be counted by each process for itself.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
    },
    # What may be forgotten at any time, in files that all processes of the server share: nothing
    # is written into the database for it while a page is read.
    "near": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": KYOSO_HOME / home.PASSING / "near",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "kyoso.hub.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = _proxies
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to who has no account
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60

KYOSO_SECOND_FACTOR_FOR = tuple(
    role.strip()
    for role in os.environ.get("KYOSO_SECOND_FACTOR_FOR", "secretariat,verifier,auditor").split(",")
    if role.strip()
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Kyoso"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the letter of the invitation proved the address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _address.hostname in ("localhost", "127.0.0.1")

globals().update(mailing.parse(os.environ.get("KYOSO_MAIL_URL", ""), outbox=KYOSO_HOME / "outbox"))
DEFAULT_FROM_EMAIL = os.environ.get("KYOSO_MAIL_FROM") or f"kyoso@{_address.hostname}"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "static", ("fonts", fonts.WEB)]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

# Bounds of the workbench: bytes of what a user sends at once, runs of a user that wait.
MEGABYTE = 1 << 20
KYOSO_UPLOAD = 50 * MEGABYTE
KYOSO_RUNS_WAITING = 5
KYOSO_API_RATE = 300  # requests of a token in a minute
DATA_UPLOAD_MAX_MEMORY_SIZE = MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a member answers all activities of an edition at once

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
