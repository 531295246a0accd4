"""What the server says about itself: statuses and numbers, never the text of an error."""
import time
import uuid

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connections
from django.db.utils import DEFAULT_DB_ALIAS
from django.utils import timezone

from . import outage
from .conf import forms_setting
from .parked import list_parked, retry_soon

SLOW = 1000
MIDDLEWARE = 'resilient_forms.middleware.IdempotencyMiddleware'
BREAKER = {'closed': 'pass', 'half-open': 'warn', 'open': 'warn'}


def simple_health() -> dict:
    return {'status': 'pass', 'idempotency': MIDDLEWARE in settings.MIDDLEWARE,
            'idempotencyMaxAge': forms_setting('MAX_AGE')}


def full_health() -> dict:
    """Asks the database and the cache. A database that is back gets the operations that were parked."""
    database = check_database()
    if database['status'] != 'fail':
        retry_soon()
    checks = {'database': [database], 'cache': [check_cache()], 'breaker': [check_breaker()],
              'parked': [check_parked()]}
    statuses = {check['status'] for found in checks.values() for check in found}
    status = 'fail' if database['status'] == 'fail' else 'pass' if statuses == {'pass'} else 'warn'
    return {**simple_health(), 'status': status, 'checks': checks}


def staff_detail() -> dict:
    return {'breaker': {'state': outage.breaker().state(), 'failures': outage.breaker().failures()},
            'pool': _pool(), 'parked': list_parked(), 'lastError': outage.last_error()}


def check_database() -> dict:
    check = {'componentType': 'datastore', 'time': timezone.now().isoformat()}
    started = time.perf_counter()
    try:
        outage.ping()
    except (DatabaseError, InterfaceError) as error:
        outage.note_failure(error)
        status = 'fail'
    else:
        outage.note_success()
        status = 'pass'
    value = round((time.perf_counter() - started) * 1000)
    if status == 'pass' and value > SLOW:
        status = 'warn'
    return {'status': status, **check, 'observedValue': value, 'observedUnit': 'ms'}


def check_cache() -> dict:
    """The site works without it, if slower."""
    check = {'componentType': 'datastore', 'time': timezone.now().isoformat()}
    started = time.perf_counter()
    token = uuid.uuid4().hex
    try:
        cache.set('resilient_forms.health', token, 30)
        # Another process may have written meanwhile; a cache that keeps nothing, as the dummy one, answers
        # None.
        found = cache.get('resilient_forms.health')
        status = 'pass' if found or settings.CACHES['default']['BACKEND'].endswith('DummyCache') else 'warn'
    except Exception:  # whatever the backend raises
        status = 'warn'
    value = round((time.perf_counter() - started) * 1000)
    return {'status': status, **check, 'observedValue': value, 'observedUnit': 'ms'}


def check_breaker() -> dict:
    state = outage.breaker().state()
    return {'status': BREAKER[state], 'observedValue': state}


def check_parked() -> dict:
    waiting = len(list_parked())
    return {'status': 'warn' if waiting else 'pass', 'observedValue': waiting}


def _pool() -> dict:
    """Django keeps a connection a thread; PostgreSQL knows how many that makes."""
    connection = connections[DEFAULT_DB_ALIAS]
    pool = {'vendor': connection.vendor, 'maxAge': connection.settings_dict.get('CONN_MAX_AGE')}
    if connection.vendor != 'postgresql':
        return pool
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity"
                       " WHERE datname = current_database()")
        open_now, most = cursor.fetchone()
    return {**pool, 'open': open_now, 'max': most}
