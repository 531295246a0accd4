"""Drafts on the server, for forms that are to be gone on with from another device."""
import json
import logging
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError, models
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from . import outage
from .conf import forms_setting
from .idempotency import CSRF_FIELD, FIELD, SECRET, owner_of
from .models import FormDraft

logger = logging.getLogger('resilient_forms.drafts')


def save_form_draft(request, data, name: str, exclude=()) -> bool:
    """
    Keeps a form's values for who is signed in, or else for this session: `request.POST`, `cleaned_data` or a
    dict. Passwords, tokens, card numbers, files and `exclude` are left out. False when the database is away:
    say so.
    """
    try:
        FormDraft.objects.update_or_create(name=name, **_whose(request, create=True), defaults={
            'data': json.dumps(_plain(data, exclude), cls=_Encoder), 'saved_at': timezone.now()})
    except (DatabaseError, InterfaceError) as error:
        if not outage.is_lost(error):
            raise
        outage.note_failure(error)
        return False
    return True


def load_form_draft(request, name: str):
    """The values as JSON has them, a list under a name that had several; None without a draft."""
    whose = _whose(request)
    fresh = timezone.now() - timedelta(seconds=forms_setting('DRAFT_MAX_AGE'))
    draft = whose and FormDraft.objects.filter(name=name, saved_at__gte=fresh, **whose).first()
    return json.loads(draft.data) if draft else None


def clear_form_draft(request, name: str) -> None:
    whose = _whose(request)
    if whose:
        FormDraft.objects.filter(name=name, **whose).delete()


def sweep_drafts() -> int:
    """Deletes the drafts that are too old; returns how many."""
    limit = timezone.now() - timedelta(seconds=forms_setting('DRAFT_MAX_AGE'))
    return FormDraft.objects.filter(saved_at__lt=limit).delete()[0]


def _whose(request, create: bool = False) -> dict:
    """A user's on every device; an anonymous draft is this session's, and no owner's later."""
    owner = owner_of(request)
    if owner:
        return {'owner': owner, 'session': ''}
    if create and not request.session.session_key:
        request.session.create()
    key = request.session.session_key
    # Not the key itself: who reads the table is not to become who typed.
    if not key:
        return {}
    return {'owner': '', 'session': salted_hmac('resilient_forms.draft', key, algorithm='sha256').hexdigest()}


def _plain(data, exclude) -> dict:
    left_out = {CSRF_FIELD, FIELD, *exclude}
    pairs = data.lists() if isinstance(data, QueryDict) else data.items()
    kept = {}
    for name, value in pairs:
        if name in left_out or SECRET.search(name) or hasattr(value, 'chunks'):
            continue
        kept[name] = value[0] if isinstance(data, QueryDict) and len(value) == 1 else value
    return kept


class _Encoder(DjangoJSONEncoder):
    """`cleaned_data` has objects in it: by their primary keys, as the form's widgets have them."""

    def default(self, value):
        if isinstance(value, models.Model):
            return value.pk
        if isinstance(value, (models.QuerySet, set, frozenset)):
            return list(value)
        return super().default(value)
