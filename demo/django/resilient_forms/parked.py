"""Operations that wait on disk for the database: a file each, kept over a restart, run once."""
import json
import logging
import os
import threading
import time
import uuid
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError, connections, router, transaction

from . import outage
from .conf import spool_folder
from .models import IdempotencyRecord

logger = logging.getLogger('resilient_forms.connection')

# After so many failures of its own it is tried by hand only.
MAX_ATTEMPTS = 10
# Seconds between two runs that nobody asked for.
PAUSE = 15

_handlers: dict = {}
_retrying = threading.Lock()
_last_run = float('-inf')


def parked_operation(name: str):
    """
    Registers a handler of parked operations under a name. It gets the payload, in a transaction; import its
    module where the app is loaded.

    >>> @parked_operation('shop.note')
    ... def note(payload): Note.objects.create(text=payload['text'])
    """
    def register(handler):
        _handlers[name] = handler
        return handler
    return register


def park(name: str, payload: dict, id: str = '') -> str:
    """
    Stores an operation until the database is there; the same id again is the same operation. Returns the id.
    """
    entry = _entry(name, payload, id)
    if not is_parked(entry['id']):
        _write(entry)
        logger.info('operation parked', extra={'event': 'operation.parked', 'operation': name})
    return entry['id']


def run_or_park(name: str, payload: dict, id: str = '') -> str:
    """
    Runs it now, or parks it when the database is away: `done` or `parked`. Within a transaction it is parked
    only.
    """
    entry = _entry(name, payload, id)
    within = connections[router.db_for_write(IdempotencyRecord)].in_atomic_block
    if not within and outage.breaker().allow():
        try:
            _run(entry)
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_lost(error):
                raise
            outage.note_failure(error)
        else:
            outage.note_success()
            return 'done'
    park(name, payload, entry['id'])
    return 'parked'


def is_parked(operation: str) -> bool:
    return _file(operation).exists()


def list_parked() -> list:
    """Names and numbers of what waits, oldest first; no payloads."""
    now = time.time()
    waiting = sorted(_read_all(), key=lambda entry: entry['at'])
    return [{'id': entry['id'], 'name': entry['name'], 'age': round(now - entry['at']),
             'attempts': entry['attempts'], 'error': entry['error']} for entry in waiting]


def retry_parked(only: str = '', automatic: bool = False) -> dict:
    """Runs what waits, oldest first; stops when the database is away. Returns counts."""
    counts = {'retried': 0, 'succeeded': 0, 'failed': 0}
    for entry in sorted(_read_all(), key=lambda entry: entry['at']):
        if (only and entry['id'] != only) or (automatic and entry['attempts'] >= MAX_ATTEMPTS):
            continue
        counts['retried'] += 1
        try:
            _run(entry)
        except (DatabaseError, InterfaceError) as error:
            counts['failed'] += 1
            if outage.is_lost(error):
                outage.note_failure(error)
                break
            _note(entry, error)
        except Exception as error:  # a handler's own: it must not hold up the others
            counts['failed'] += 1
            _note(entry, error)
        else:
            counts['succeeded'] += 1
            _file(entry['id']).unlink(missing_ok=True)
            extra = {'event': 'operation.done', 'operation': entry['name']}
            logger.info('parked operation done', extra=extra)
    return {**counts, 'remaining': len(_read_all())}


def retry_soon() -> None:
    """Starts a run in the background when something waits and none was made just now."""
    global _last_run
    if time.monotonic() - _last_run < PAUSE or not any(_files()) or not _retrying.acquire(blocking=False):
        return
    _last_run = time.monotonic()
    threading.Thread(target=_run_in_background, name='resilient-forms-parked', daemon=True).start()


def _run_in_background() -> None:
    try:
        retry_parked(automatic=True)
    finally:
        _retrying.release()
        connections.close_all()


def _entry(name: str, payload: dict, id: str) -> dict:
    if name not in _handlers:
        raise LookupError(f'no parked operation is registered as {name!r}')
    operation = id or uuid.uuid4().hex
    if not operation.replace('-', '').isalnum():
        raise ValueError('the id of a parked operation: expected letters, digits and hyphens')
    return {'id': operation, 'name': name, 'payload': payload, 'at': time.time(), 'attempts': 0, 'error': ''}


def _run(entry: dict) -> None:
    """
    The record is written with the effect: a process that dies before it removed the file runs nothing twice.
    """
    handler = _handlers.get(entry['name'])
    if handler is None:
        raise LookupError('no handler of that name')
    using = router.db_for_write(IdempotencyRecord)
    with transaction.atomic(using=using):
        # No key of a browser has a colon.
        record, created = IdempotencyRecord.objects.using(using).get_or_create(
            key=f'parked:{entry["id"]}', defaults={'fingerprint': '', 'claim': '', 'status': 204})
        if created:
            handler(entry['payload'])


def _note(entry: dict, error: Exception) -> None:
    name = type(error).__name__
    _write({**entry, 'attempts': entry['attempts'] + 1, 'error': name})
    logger.warning('parked operation failed', extra={
        'event': 'operation.failed', 'operation': entry['name'], 'error': name,
        'attempt': entry['attempts'] + 1})


def _file(operation: str) -> Path:
    return _folder() / f'{operation}.json'


def _files():
    return _folder().glob('*.json') if spool_folder() else iter(())


def _folder() -> Path:
    folder = spool_folder()
    if folder is None:
        raise ImproperlyConfigured("CONNECTION_RESILIENCE['SPOOL']: parked operations need a folder")
    return folder


def _read_all() -> list:
    entries = []
    for file in _files():
        try:
            entries.append(json.loads(file.read_text('utf-8')))
        except (FileNotFoundError, ValueError):
            # Another process was quicker; or it is no file of ours.
            continue
    return entries


def _write(entry: dict) -> None:
    """Whole or not at all, and on the disk when it returns."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f'{entry["id"]}.{uuid.uuid4().hex}.tmp'
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(handle, 'w', encoding='utf-8') as file:
        json.dump(entry, file, cls=DjangoJSONEncoder)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, _file(entry['id']))
