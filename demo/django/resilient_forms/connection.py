"""For a site's own code: database work that outlives a lost connection."""
import time

from django.db import DatabaseError, InterfaceError, connections, transaction
from django.db.utils import DEFAULT_DB_ALIAS

from . import outage
from .conf import connection_setting
from .outage import DatabaseUnavailable
from .parked import park, parked_operation, retry_parked, run_or_park

__all__ = [
    'DatabaseUnavailable', 'park', 'parked_operation', 'resilient_database_operation', 'retry_parked',
    'run_or_park',
]


def resilient_database_operation(operation, *, using: str = DEFAULT_DB_ALIAS, sleep=time.sleep):
    """
    Runs `operation()` in a transaction and returns what it returns; when the database goes away, tries again.
    It must be safe to repeat: a commit whose answer was lost may have happened.

    Within a transaction under way nothing can be repeated: the error goes to whoever began it.

    Raises DatabaseUnavailable without trying while the breaker is open.
    """
    if connections[using].in_atomic_block:
        return operation()
    retries, delay = connection_setting('MAX_RETRIES'), connection_setting('RETRY_DELAY')
    factor = 2 if connection_setting('EXPONENTIAL_BACKOFF') else 1
    for attempt in range(retries + 1):
        if not outage.breaker().allow():
            raise DatabaseUnavailable('the database is away: the circuit breaker is open')
        try:
            with transaction.atomic(using=using):
                result = operation()
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_lost(error):
                outage.note_success()
                raise
            outage.note_failure(error, using)
            if attempt == retries:
                raise
        else:
            outage.note_success()
            return result
        sleep(delay * factor ** attempt)

