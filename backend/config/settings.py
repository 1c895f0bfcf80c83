"""All settings, read from the environment. deploy/env.example lists every name; a test compares the two."""

from pathlib import Path
from typing import Any

from backend.config.env import database_from_url, env_bool, env_int, env_list, env_secret, env_str
from backend.config.files import add_cache_headers
from backend.config.logging import configure as configure_logging

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env_str("DATA_DIR", str(BASE_DIR / ".data")))

# --- safety -----------------------------------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_secret("SECRET_KEY")
# Of identity numbers, which are stored where a rulebook demands one: 32 bytes each, in hexadecimal.
IDENTITY_HMAC_KEY = env_secret("IDENTITY_HMAC_KEY")
IDENTITY_AES_KEY = env_secret("IDENTITY_AES_KEY")
PORT = env_int("PORT", 8000)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
ALLOWED_ORIGINS = env_list("ALLOWED_ORIGINS", f"http://127.0.0.1:{PORT},http://localhost:{PORT}")
SECURE_COOKIES = env_bool("SECURE_COOKIES", False)
TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0)
# Sockets that one address may open, each process counting for itself; as the proxy's limit_req.
HANDSHAKES_PER_S = env_int("HANDSHAKES_PER_S", 50)
HANDSHAKES_BURST = env_int("HANDSHAKES_BURST", 500)  # a ward office that comes back behind one address
# Sockets that may wait to be let in, in each process: who stands further back would hang up before their turn.
HANDSHAKES_WAITING_MAX = env_int("HANDSHAKES_WAITING_MAX", 2_000)
METRICS_TOKEN = env_secret("METRICS_TOKEN")
DEMO_SIGN_INS = env_bool("DEMO_SIGN_INS", False)

CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
CSRF_FAILURE_VIEW = "backend.config.refusals.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_SSL_REDIRECT = False  # the proxy redirects; behind it every request looks plain
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # widths of bars and rings are set from data
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *(o.replace("http", "ws", 1) for o in ALLOWED_ORIGINS)],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- parts ------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "treebeard",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.usersessions",
    "csp",
    "backend.accounts",
    "backend.units",
    "backend.documents",
    "backend.questions",
    "backend.contests",
    "backend.attempts",
    "backend.results",
    "backend.standings",
    "backend.participation",
    "backend.demo",
    "backend.config.apps.WiringConfig",
]
MIDDLEWARE = [
    "backend.config.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "backend.accounts.devices.DeviceMiddleware",
    "backend.accounts.middleware.FrontDoorMiddleware",
]
ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backend" / "accounts" / "templates"],  # before allauth's own English mails
        "APP_DIRS": True,
        "OPTIONS": {},
    }
]

# --- PostgreSQL, the only authority -----------------------------------------------------------------------------------
DATABASE_URL = env_secret("DATABASE_URL", "postgres://hoithi@127.0.0.1:5432/hoithi")
DB_POOL_MAX = env_int("DB_POOL_MAX", 16)
DB_STATEMENT_TIMEOUT_MS = env_int("DB_STATEMENT_TIMEOUT_MS", 5000)
DB_IDLE_IN_TRANSACTION_TIMEOUT_MS = env_int("DB_IDLE_IN_TRANSACTION_TIMEOUT_MS", 10_000)
# Tests and benchmarks of speed alone may run on a database that forgets; start-up refuses one otherwise.
THROWAWAY_DATABASE = env_bool("THROWAWAY_DATABASE", False)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **database_from_url(DATABASE_URL),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": DB_POOL_MAX, "timeout": 10},
            "connect_timeout": 5,
            "options": (
                f"-c statement_timeout={DB_STATEMENT_TIMEOUT_MS} -c lock_timeout=2000"
                f" -c idle_in_transaction_session_timeout={DB_IDLE_IN_TRANSACTION_TIMEOUT_MS}"
            ),
        },
        "TEST": {"NAME": env_str("TEST_DATABASE_NAME") or None},
    }
}

# --- Valkey: wake-ups, fan-out, caches --------------------------------------------------------------------------------
REDIS_URL = env_secret("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "backend.infra.cache.ForgetfulCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # Valkey may be lost at any moment; nobody is signed out
BROKER_URL = env_secret("BROKER_URL", REDIS_URL)

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["backend.accounts.hashing.GatedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "backend.accounts.forms.SignupForm"
ACCOUNT_USER_DISPLAY = "backend.accounts.adapter.display"
# Crowded addresses are counted by accounts.adapter and accounts.middleware, which take no locks; None hands them over.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(("login", "login_failed", "signup", "reset_password_from_key")),
    "reset_password": "5/m/key",
}
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
HEADLESS_ADAPTER = "backend.accounts.adapter.HeadlessAdapter"
HEADLESS_ONLY = True
HEADLESS_FRONTEND_URLS = {"account_reset_password_from_key": "/dat-lai-mat-khau/{key}", "account_signup": "/dang-ky"}
HEADLESS_CLIENTS = ("app", "browser")
USERSESSIONS_TRACK_ACTIVITY = False
CONSENT_VERSION = "2026-11"
# The consent text says within 20: what stands between is for nights on which nothing runs.
ERASE_AFTER_DAYS = env_int("ERASE_AFTER_DAYS", 14)
# Without a mail server letters are laid into a folder: on the console they would put addresses into the logs.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env_str('EMAIL_HOST') else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD")
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "hoithi@localhost")

# --- the bell: when a round opens, everybody presses start ------------------------------------------------------------
PAPERS_AHEAD = env_int("PAPERS_AHEAD", 10_000)
START_RATE_PER_S = env_int("START_RATE_PER_S", 1_000)
START_BURST = env_int("START_BURST", 1_000)
# More accounts than this on one device are listed for organizers; nothing else happens to them.
DEVICE_ACCOUNTS_MAX = env_int("DEVICE_ACCOUNTS_MAX", 5)

# --- language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- the public contract ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.config.authentication.SessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backend.config.authentication.IsSignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.config.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.config.errors.to_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hội Thi",
    "DESCRIPTION": "Contests in which citizens study a resolution.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RoundStateEnum": ["upcoming", "open", "closed"],
        "ContestStateEnum": ["upcoming", "open", "between", "closed"],
        "FlagKindEnum": "backend.attempts.enums.FlagKind",
        "AttemptStateEnum": "backend.attempts.enums.AttemptState",
        "WaitingCodeEnum": ["waiting"],
        "EssayStateEnum": ["waiting", "entered"],
        "EndedStateEnum": ["submitted", "expired"],
        "VersionStateEnum": "backend.questions.enums.VersionState",
        "QuestionKindEnum": "backend.questions.enums.QuestionKind",
        "RelationKindEnum": "backend.documents.enums.RelationKind",
        "RegradeStateEnum": "backend.results.enums.RegradeState",
        "ChangeKindEnum": "backend.results.enums.KEY_CHANGES",
        "MoveEnum": "backend.results.enums.Move",
        "VoidingStateEnum": "backend.results.enums.VoidingState",
        "VoidingMoveEnum": "backend.results.enums.VoidingMove",
        "PublicationStateEnum": "backend.standings.enums.PublicationState",
        "AuditKindEnum": ["regrade", "voiding", "board"],
    },
}

# --- the front end, built into frontend/dist --------------------------------------------------------------------------
FRONTEND_DIST = Path(env_str("FRONTEND_DIST", str(BASE_DIR / "frontend" / "dist")))
STATIC_URL = "/static/"  # nothing is served there; Django wants the name
WHITENOISE_ROOT = FRONTEND_DIST if FRONTEND_DIST.is_dir() else None
WHITENOISE_INDEX_FILE = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_cache_headers

# --- data files of the product ----------------------------------------------------------------------------------------
QUESTION_BANK_DIR = Path(env_str("QUESTION_BANK_DIR", str(BASE_DIR / "question_bank")))

# --- logs -------------------------------------------------------------------------------------------------------------
LOG_FORMAT = env_str("LOG_FORMAT", "console")
LOGGING_CONFIG = None
configure_logging(LOG_FORMAT, env_str("LOG_LEVEL", "INFO"))
