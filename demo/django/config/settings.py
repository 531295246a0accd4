"""Settings of the sample shop; what a site needs of them is in README.md."""
import os
import secrets
from pathlib import Path

from .database import database_from

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
DATA = Path(os.environ.get('DEMO_DATA') or HERE.parent / '.data' / 'django')
DATA.mkdir(parents=True, exist_ok=True)

# full: the app with its middleware; dropin: one script tag in a template; off: Django as it comes.
MODE = os.environ.get('RESILIENT_MODE', 'full')
if MODE not in ('full', 'dropin', 'off'):
    raise ValueError('RESILIENT_MODE: expected full, dropin or off')


def flag(name: str) -> bool:
    return os.environ.get(name) == '1'


def load_secret() -> str:
    """Kept with the data, so that a restart signs nobody out; two processes starting at once agree on one."""
    file = DATA / 'secret'
    try:
        with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), 'w') as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text()


SECRET_KEY = os.environ.get('DJANGO_SECRET_KEY') or load_secret()
DEBUG = flag('DJANGO_DEBUG')
ALLOWED_HOSTS = ['127.0.0.1', 'localhost', '[::1]']

INSTALLED_APPS = [
    # Before the admin, whose base template it extends.
    *(['resilient_forms'] if MODE == 'full' else []),
    'shop',
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.sessions',
    'django.contrib.messages',
    'django.contrib.staticfiles',
]

MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    *(['resilient_forms.middleware.ConnectionMiddleware'] if MODE == 'full' else []),
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
    *(['resilient_forms.middleware.IdempotencyMiddleware'] if MODE == 'full' else []),
]

CONNECTION_RESILIENCE = {'SPOOL': str(DATA / 'parked')}

ROOT_URLCONF = 'config.urls'
WSGI_APPLICATION = 'config.wsgi.application'
TEMPLATES = [{
    'BACKEND': 'django.template.backends.django.DjangoTemplates',
    'DIRS': [HERE / 'templates_dropin'] if MODE == 'dropin' else [],
    'APP_DIRS': True,
    'OPTIONS': {'context_processors': [
        'django.template.context_processors.request',
        'django.contrib.auth.context_processors.auth',
        'django.contrib.messages.context_processors.messages',
    ]},
}]

DATABASES = {'default': database_from(os.environ, DATA)}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'

SESSION_COOKIE_AGE = int(os.environ.get('SESSION_COOKIE_AGE') or 14 * 24 * 3600)
SESSION_SAVE_EVERY_REQUEST = flag('SESSION_SAVE_EVERY_REQUEST')
CSRF_USE_SESSIONS = flag('CSRF_USE_SESSIONS')
CSRF_COOKIE_HTTPONLY = flag('CSRF_COOKIE_HTTPONLY')
# Cookies know no ports: each of two demos on one host gets a jar of its own.
SESSION_COOKIE_NAME = os.environ.get('SESSION_COOKIE_NAME') or 'sessionid'

STATIC_URL = '/static/'
# A site copies the bundle into its own static folder.
BUNDLE = Path(os.environ.get('RESILIENT_DIST') or ROOT / 'dist')
STATICFILES_DIRS = [BUNDLE] if MODE != 'off' and BUNDLE.is_dir() else []
MEDIA_ROOT = DATA / 'media'
MEDIA_URL = '/media/'

LANGUAGE_CODE = 'en-gb'
TIME_ZONE = 'UTC'
USE_I18N = True
USE_TZ = True

LOGIN_URL = 'shop:login'
LOGIN_REDIRECT_URL = 'shop:home'

LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {'json': {'()': 'config.logs.JsonFormatter'}},
    'handlers': {'console': {'class': 'logging.StreamHandler', 'formatter': 'json'}},
    'root': {'handlers': ['console'], 'level': 'WARNING'},
    'loggers': {
        'resilient_forms': {'level': 'INFO'},
        'django': {'handlers': ['console'], 'level': 'WARNING', 'propagate': False},
        'django.server': {'handlers': ['console'], 'level': 'INFO' if flag('DEMO_LOG') else 'WARNING',
                          'propagate': False},
    },
}
