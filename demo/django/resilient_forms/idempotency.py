"""Keys, fingerprints and saved outcomes: what makes a submission count once."""
import hashlib
import hmac
import json
import re
import uuid
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.contrib.messages import add_message
from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import DatabaseError, OperationalError, connections
from django.db.models import F
from django.utils import timezone

from .conf import forms_setting
from .models import IdempotencyRecord

FIELD = 'idempotency_key'
HEADER = 'HTTP_IDEMPOTENCY_KEY'
KEY = re.compile(r'[A-Za-z0-9_-]{8,128}')
QUOTED = re.compile(r'"([^"\\]*)"')
CSRF_FIELD = 'csrfmiddlewaretoken'
# Of these not even the fingerprint depends: a leaked one could be tried against a list.
SECRET = re.compile(r'pass|pwd|secret|otp|cvv|cvc|card.?n|iban|pin$', re.IGNORECASE)
# Lock not available, serialization failure, deadlock.
BUSY_STATES = ('55P03', '40001', '40P01')


class MalformedKey(ValueError):
    """The field or the header is no key, or they differ."""


class StillRunning(Exception):
    """The first delivery of this key is under way, and did not end in the time a duplicate waits."""


def read_key(request) -> str:
    """The key of a submission, empty without one; raises MalformedKey."""
    found = {value for value in request.POST.getlist(FIELD) if value}
    header = request.META.get(HEADER)
    if header is not None:
        quoted = QUOTED.fullmatch(header.strip())
        if not quoted:
            raise MalformedKey
        found.add(quoted.group(1))
    if not found:
        return ''
    key = found.pop()
    if found or not KEY.fullmatch(key):
        raise MalformedKey
    return key


def owner_of(request) -> str:
    """Who is signed in, empty for nobody."""
    user = getattr(request, 'user', None)
    return str(user.pk) if user is not None and user.is_authenticated else ''


def fingerprints(request, owner: str) -> list:
    """
    Of all that the submission asks for, by the present secret key first, then by those before it. Files are
    read in pieces, and left at their beginning.
    """
    keys = [settings.SECRET_KEY, *getattr(settings, 'SECRET_KEY_FALLBACKS', [])]
    macs = [hmac.new(f'resilient_forms.fingerprint{key}'.encode(), digestmod=hashlib.sha256) for key in keys]

    def add(*parts) -> None:
        data = json.dumps(parts).encode()
        for mac in macs:
            mac.update(data)

    add(request.method, request.path, owner)
    for name, values in sorted(request.POST.lists()):
        if name not in (CSRF_FIELD, FIELD):
            add(name, None if SECRET.search(name) else values)
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            add(name, file.name, file.content_type, file.size)
            file.seek(0)
            for chunk in file.chunks():
                for mac in macs:
                    mac.update(chunk)
            file.seek(0)
    return [mac.hexdigest() for mac in macs]


def claim(key: str, prints: list, owner: str, using: str) -> tuple:
    """
    Takes the key in the transaction under way, or finds it taken: `(record, is_mine)`. The database itself
    makes a duplicate wait for the first: its row cannot be inserted until that one's transaction has ended. A
    process that dies leaves nothing behind.

    Raises StillRunning when that takes too long; the transaction is broken then.
    """
    records = IdempotencyRecord.objects.using(using)
    token = uuid.uuid4().hex
    fresh = IdempotencyRecord(key=key, fingerprint=prints[0], owner=owner, claim=token)
    try:
        with _patience(using):
            records.bulk_create([fresh], ignore_conflicts=True)
            record = records.select_for_update().get(key=key)
            if record.created_at < timezone.now() - timedelta(seconds=forms_setting('MAX_AGE')):
                record.delete()
                records.bulk_create([fresh])
                return fresh, True
    except IdempotencyRecord.DoesNotExist:
        raise StillRunning from None
    except OperationalError as error:
        if _is_busy(error):
            raise StillRunning from error
        raise
    return record, record.claim == token


def save_outcome(record: IdempotencyRecord, request, response, using: str) -> None:
    record.status = response.status_code
    record.location = response.get('Location', '')
    record.messages = json.dumps(_new_messages(request), cls=MessageEncoder)
    record.save(using=using, force_update=True, update_fields=['status', 'location', 'messages'])


def show_messages_again(record: IdempotencyRecord, request) -> None:
    if not hasattr(request, '_messages'):
        return
    for message in json.loads(record.messages or '[]', cls=MessageDecoder):
        add_message(request, message.level, message.message, message.extra_tags)


def count_delivery(record: IdempotencyRecord, using: str) -> None:
    records = IdempotencyRecord.objects.using(using).filter(pk=record.pk)
    records.update(deliveries=F('deliveries') + 1)


def sweep(using: str = None) -> int:
    """Deletes the keys that are too old; returns how many."""
    limit = timezone.now() - timedelta(seconds=forms_setting('MAX_AGE'))
    return IdempotencyRecord.objects.using(using).filter(created_at__lt=limit).delete()[0]


def _new_messages(request) -> list:
    """Those that this request added; earlier ones, not shown yet, belong to other submissions."""
    return list(getattr(getattr(request, '_messages', None), '_queued_messages', []))


@contextmanager
def _patience(using: str):
    """
    A limit on waiting for the key's row alone. SQLite knows one lock for all, and its own limit: who waits
    too long is told that the database is away, as nobody can tell for what.
    """
    connection = connections[using]
    if connection.vendor != 'postgresql':
        yield
        return
    limit = f'{int(forms_setting("PATIENCE") * 1000)}ms'
    with connection.cursor() as cursor:
        setting = "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)"
        cursor.execute(setting, [limit])
        before = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def _is_busy(error: DatabaseError) -> bool:
    cause = error.__cause__
    state = getattr(cause, 'pgcode', None) or getattr(cause, 'sqlstate', None)
    return state in BUSY_STATES
