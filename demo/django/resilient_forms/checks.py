"""What `manage.py check` says when the app cannot work as it is set up."""
from django.conf import settings
from django.core import checks

OURS = 'resilient_forms.middleware.'
IDEMPOTENCY = f'{OURS}IdempotencyMiddleware'
CONNECTION = f'{OURS}ConnectionMiddleware'
BEFORE_IDEMPOTENCY = (
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
)


@checks.register(checks.Tags.compatibility)
def check_middleware(app_configs, **kwargs) -> list:
    order = {name: place for place, name in enumerate(settings.MIDDLEWARE)}
    found = []
    if IDEMPOTENCY in order:
        late = [name for name in BEFORE_IDEMPOTENCY if order.get(name, -1) > order[IDEMPOTENCY]]
        if late:
            found.append(checks.Error(
                f'{IDEMPOTENCY} stands before {", ".join(late)}: an outcome would be given away unchecked.',
                hint='Put it last in MIDDLEWARE.', id='resilient_forms.E001'))
        if BEFORE_IDEMPOTENCY[1] not in order:
            found.append(checks.Error(
                'Idempotency needs CsrfViewMiddleware before it.', id='resilient_forms.E002'))
    else:
        found.append(checks.Warning(
            f'{IDEMPOTENCY} is not in MIDDLEWARE: what is sent again takes effect again.',
            id='resilient_forms.W001'))
    sessions = BEFORE_IDEMPOTENCY[0]
    if order.get(CONNECTION, -1) > order.get(sessions, len(order)):
        found.append(checks.Warning(
            f'{CONNECTION} stands after {sessions}: a session that cannot be saved would be a bare 500.',
            hint='Put it right after SecurityMiddleware.', id='resilient_forms.W002'))
    return found


@checks.register(checks.Tags.security)
def check_cookies(app_configs, **kwargs) -> list:
    found = []
    if settings.CSRF_COOKIE_HTTPONLY or settings.CSRF_USE_SESSIONS:
        found.append(checks.Info(
            'The CSRF token cannot be read by scripts: each waiting submission fetches a page for it first.',
            hint='Nothing is lost by this. Django says itself that CSRF_COOKIE_HTTPONLY adds no security.',
            id='resilient_forms.I001'))
    if not settings.SESSION_COOKIE_HTTPONLY:
        found.append(checks.Warning('SESSION_COOKIE_HTTPONLY is off: any script can take a session away.',
                                    id='resilient_forms.W003'))
    return found


@checks.register(checks.Tags.templates)
def check_order_of_apps(app_configs, **kwargs) -> list:
    apps = [name.split('.apps.')[0] for name in settings.INSTALLED_APPS]
    admin = 'django.contrib.admin'
    if admin not in apps or apps.index('resilient_forms') < apps.index(admin):
        return []
    return [checks.Warning(
        'resilient_forms stands after django.contrib.admin: the admin does not load the script.',
        hint='Put it before, or print {% resilient_forms %} in a base_site.html of your own.',
        id='resilient_forms.W004')]
