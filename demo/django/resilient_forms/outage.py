"""Tells a database that went away from a statement that is wrong, and keeps in mind which it is."""
import logging
import sys
import threading
import time
from functools import lru_cache

import django
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.utils import DEFAULT_DB_ALIAS

from .breaker import create_breaker
from .conf import connection_setting

logger = logging.getLogger('resilient_forms.connection')

# SQLSTATE classes: connection, resources, operator intervention, system error.
LOST_STATES = ('08', '53', '57P', '58')
SQLITE_AWAY = ('locked', 'unable to open', 'disk i/o', 'readonly')

_lock = threading.Lock()
_outage = {'since': None, 'error': ''}


class DatabaseUnavailable(OperationalError):
    """The database is away and was not asked: the breaker is open."""


def is_lost(error: BaseException) -> bool:
    """Whether the database went away under this statement, so that it may be fine later."""
    if isinstance(error, DatabaseUnavailable):
        return True
    if isinstance(error, InterfaceError):
        return True
    # psycopg2 raises the base class itself for some ways of dying.
    if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
        return False
    cause = error.__cause__
    if type(cause).__module__.startswith('sqlite3'):
        return any(words in str(cause).lower() for words in SQLITE_AWAY)
    state = getattr(cause, 'pgcode', None) or getattr(cause, 'sqlstate', None)
    if state:
        return state.startswith(LOST_STATES)
    return type(cause).__module__.startswith('psycopg')


@lru_cache(maxsize=None)
def breaker():
    """The one of this process."""
    threshold = connection_setting('CIRCUIT_BREAKER_THRESHOLD')
    return create_breaker(threshold, connection_setting('CIRCUIT_BREAKER_TIMEOUT'))


def note_failure(error: BaseException, using: str = DEFAULT_DB_ALIAS) -> None:
    """Counts it, and gives the broken connection up, so that the next use makes a new one."""
    name = type(error).__name__
    with _lock:
        first = _outage['since'] is None
        _outage.update(since=_outage['since'] or time.monotonic(), error=name)
    opened = not isinstance(error, DatabaseUnavailable) and breaker().failed()
    if first:
        logger.warning('database lost', extra={'event': 'connection.lost', 'error': name, 'database': using})
    else:
        extra = {'event': 'connection.failed', 'error': name, 'database': using}
        logger.info('database still away', extra=extra)
    if opened:
        logger.warning('circuit breaker opened', extra={'event': 'breaker.opened'})
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close()


def note_success() -> bool:
    """The database answered; returns whether that is news."""
    closed = breaker().succeeded()
    with _lock:
        since, _outage['since'] = _outage['since'], None
    if closed:
        logger.info('circuit breaker closed', extra={'event': 'breaker.closed'})
    if since is None:
        return closed
    seconds = round(time.monotonic() - since, 1)
    logger.info('database back', extra={'event': 'connection.restored', 'seconds': seconds})
    return True


def is_away() -> bool:
    return _outage['since'] is not None


def last_error() -> str:
    """Class of the last failure, empty without one."""
    return _outage['error']


def ping(using: str = DEFAULT_DB_ALIAS) -> None:
    """
    Asks the database; raises what it raises. A connection that died while idle is no outage: a new one is
    tried.
    """
    connection = connections[using]
    kept = connection.connection is not None and not connection.in_atomic_block
    try:
        _select(connection)
    except (DatabaseError, InterfaceError):
        connection.close()
        if not kept:
            raise
        _select(connection)


def answers(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the outage is over, as far as a connection that is open can tell; opens none to find out."""
    if connections[using].connection is None:
        return False
    try:
        ping(using)
    except (DatabaseError, InterfaceError):
        return False
    return note_success()


def _select(connection) -> None:
    # Of SQLite's file something has to be read: a mere number does not wait for its locks.
    table = ' FROM sqlite_master LIMIT 1' if connection.vendor == 'sqlite' else ''
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1{table}')
        cursor.fetchone()


def drop_stale_connections() -> None:
    """What CONN_HEALTH_CHECKS does from Django 4.1 on, for the ones before."""
    if django.VERSION >= (4, 1):
        return
    for connection in connections.all():
        wanted = connection.settings_dict.get('CONN_HEALTH_CHECKS')
        if wanted and connection.connection is not None and not connection.in_atomic_block:
            if not connection.is_usable():
                connection.close()


def watch_errors() -> None:
    """Errors outside of views reach no middleware: Django turns them into a 500 and sends a signal."""
    got_request_exception.connect(_remember, dispatch_uid='resilient_forms')


def _remember(sender, request=None, **kwargs) -> None:
    error = sys.exc_info()[1]
    if request is not None and error is not None and is_lost(error):
        request.resilient_lost = error
