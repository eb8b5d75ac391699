"""Django settings. Everything a deployment may change is read from the environment (docs/running.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent


def database_settings(url: str) -> dict[str, object]:
    """Django's database entry for a `postgresql://` URL; query parameters become connection options.

    Sockets are written as libpq does: an empty host and `?host=/folder`."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "")) or (parts.hostname or "")
    port = str(options.pop("port", "")) or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": 10, "timeout": 20}}
        if os.environ.get("DEFI_POOL") == "1"
        else options,
        "CONN_HEALTH_CHECKS": True,
    }


def flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "oui"}


DEBUG = flag("DEFI_DEBUG")
DEMONSTRATION = flag("DEFI_DEMONSTRATION")
SECRET_KEY = os.environ.get("DEFI_SECRET_KEY") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = os.environ.get("DEFI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("DEFI_ORIGINS", "").split(",") if origin]
PUBLIC_URL = os.environ.get("DEFI_PUBLIC_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "defi.kernel",
    "defi.reference",
    "defi.people",
    "defi.schemes",
    "defi.operations",
    "defi.steps.needs",
    "defi.steps.offer",
    "defi.steps.design",
    "defi.steps.sourcing",
    "defi.steps.pairing",
    "defi.steps.convention",
    "defi.steps.training",
    "defi.steps.review",
    "defi.steps.closing",
    "defi.steps.followup",
    "defi.journey",
    "defi.steering",
    "defi.web",
    # After defi.web, whose templates of widgets and of sign-in come first.
    "allauth",
    "allauth.account",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "defi.web.middleware.ActorMiddleware",
    "defi.web.middleware.KioskMiddleware",
]

ROOT_URLCONF = "defi.web.urls"
WSGI_APPLICATION = "defi.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            # Builtin rather than loaded: an attribute of a component that forgets {% load i18n %} prints its tag raw.
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "defi.web.templatetags.look",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "defi.web.context.frame",
            ],
        },
    }
]

# A component sees what it is given and the context processors, never the variables of the page around it.
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "defi.web.rendering.Renderer"

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", "postgresql:///defi"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/entrer/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# How often codes are asked and tried is counted for all processes together (defi.kernel.limits).
ACCOUNT_RATE_LIMITS = False
ACCOUNT_ADAPTER = "defi.web.sign_in.Adapter"

# How many proxies stand before us: from the address that they add the tries of each network are counted.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("DEFI_PROXIES") or PUBLIC_URL.startswith("https:"))

LANGUAGE_CODE = "fr"
# One language until another has its whole catalogue: half-translated pages help nobody.
LANGUAGES = [("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("DEFI_DATA", PACKAGE.parent.parent / ".data")) / "static"
# Unit tests check errors before the files are collected: names without a fingerprint are enough there.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Where mail goes: an SMTP server when DEFI_SMTP is given (smtp://user:password@host:port), else one file a mail.
SMTP_URL = os.environ.get("DEFI_SMTP", "")
MAIL_FOLDER = Path(os.environ.get("DEFI_MAIL_FOLDER") or Path(os.environ.get("DEFI_DATA", ".data")) / "mail")
MAIL_FROM = os.environ.get("DEFI_MAIL_FROM", "DEFI <ne-pas-repondre@localhost>")
# Who reads the answers to what no person caused; without it, the Region's own mailbox. Where what is refused comes back
# to, when it is not the sender, and the mailbox (Maildir, mbox) in which that is read (docs/mail.md).
MAIL_REPLY = os.environ.get("DEFI_MAIL_REPLY", "")
MAIL_RETURN = os.environ.get("DEFI_MAIL_RETURN", "")
MAIL_BOUNCES = os.environ.get("DEFI_MAIL_BOUNCES", "")

# What seals signed documents: the Region's own certificate (a PKCS#12 file), else one made at set-up and kept in the
# database; a timestamp service (RFC 3161) raises the seal to PAdES B-T.
SEAL_FILE = os.environ.get("DEFI_SEAL", "")
SEAL_PASSWORD = os.environ.get("DEFI_SEAL_PASSWORD", "")
TIMESTAMP_URL = os.environ.get("DEFI_TIMESTAMP", "")
# A provider of advanced signatures, as the path of its class; without one people sign here by click, or in ink.
SIGNATURE_PROVIDER = os.environ.get("DEFI_SIGNATURE_PROVIDER", "")
# By what ways the code that signs a convention reaches people, the preferred one first (docs/running.md).
CODE_CHANNELS = os.environ.get("DEFI_CODE_CHANNELS", "defi.steps.convention.channels.MailChannel").split(",")
SMS_URL = os.environ.get("DEFI_SMS_URL", "")
SMS_TOKEN = os.environ.get("DEFI_SMS_TOKEN", "")

# The State's open search of firms, which names an employer by its SIRET. DEFI_SIRENE= (nothing) switches it off; a
# demonstration, whose employers are invented, asks nobody unless told whom.
SIRENE_URL = os.environ.get("DEFI_SIRENE", "" if DEMONSTRATION else "https://recherche-entreprises.api.gouv.fr")

# Whom to ask about viruses in files that are sent: clamd:/path, clamd://host:port or command:program (docs/running.md).
ANTIVIRUS = os.environ.get("DEFI_ANTIVIRUS", "")

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "defi.kernel.logs.HideSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("DEFI_LOG", "WARNING")},
}
