"""One submission with a key, from its claim to its saved outcome."""
from contextlib import ExitStack
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView, LogoutView
from django.db import router, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve

from . import idempotency
from .models import IdempotencyRecord
from .pages import explain

FORM_TYPES = ('application/x-www-form-urlencoded', 'multipart/form-data')
PROOF = 'resilient-sent'
PROOF_SECONDS = 300
# 307 and 308 ask for the same POST elsewhere: nothing was done yet.
REDIRECTS = (301, 302, 303)


class Run:
    """One submission under way: its transaction, and its record in it."""

    def __init__(self, using: str):
        self.using = using
        self.failed = False
        self.record = None
        self.owner = ''
        self.is_open = True
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic(using=using))

    def commit(self) -> None:
        self.is_open = False
        self.stack.close()

    def roll_back(self) -> None:
        """Harmless after a commit."""
        if self.is_open:
            self.is_open = False
            transaction.set_rollback(True, using=self.using)
            self.stack.close()


def is_for_us(request, view) -> bool:
    """POSTs of forms whose CSRF token was checked; signing in and out is left alone, and what asks to be."""
    if request.method != 'POST' or request.content_type not in FORM_TYPES:
        return False
    if getattr(view, 'resilient_exempt', False) or getattr(view, 'csrf_exempt', False):
        return False
    # Such a view wants no transaction around it; without one, effect and outcome could part.
    if getattr(view, '_non_atomic_requests', None):
        return False
    return not is_sign_in(request.resolver_match) and is_allowed_in_admin(request, view)


def begin(request, key: str):
    """Claims the key: None lets the view run, a response stands in its place."""
    using = router.db_for_write(IdempotencyRecord)
    owner = idempotency.owner_of(request)
    prints = idempotency.fingerprints(request, owner)
    run = Run(using)
    try:
        record, is_mine = idempotency.claim(key, prints, owner, using)
        if is_mine:
            run.record, run.owner, request.resilient_run = record, owner, run
            return None
        if record.owner and not owner:
            return ask_to_sign_in(request)
        if record.fingerprint not in prints:
            text = 'Another submission was received under the same key.'
            return explain(request, 422, 'This key was used before', text)
        idempotency.count_delivery(record, using)
        run.commit()
        return replay(request, record)
    finally:
        if not run.record:
            run.roll_back()


def finish(run: Run, request, response) -> HttpResponse:
    """Saves the outcome with the effect, or takes the key back."""
    if run.failed or response.status_code >= 500 or transaction.get_rollback(using=run.using):
        run.roll_back()
        return response
    # Who signed in or out on the way is not who asked.
    done = is_outcome(response) and idempotency.owner_of(request) == run.owner
    if done:
        idempotency.save_outcome(run.record, request, response, run.using)
    else:
        IdempotencyRecord.objects.using(run.using).filter(pk=run.record.pk).delete()
    run.commit()
    return prove(request, response, run.record.key) if done else response


def is_outcome(response) -> bool:
    """A form shown again or a question before an action is none; a redirect is, unless to sign in."""
    if getattr(response, 'resilient_handled', False):
        return response.status_code < 400
    return response.status_code in REDIRECTS and not leads_to_sign_in(response.get('Location', ''))


def replay(request, record: IdempotencyRecord) -> HttpResponse:
    idempotency.show_messages_again(record, request)
    if record.location:
        response = HttpResponse(status=record.status)
        response['Location'] = record.location
    else:
        response = explain(request, record.status, 'Received', 'This was received already, and counts once.')
    response['Idempotency-Replayed'] = 'true'
    return prove(request, response, record.key)


def prove(request, response, key: str) -> HttpResponse:
    """Readable by scripts, on the page redirected to as well."""
    is_secure = request.is_secure()
    response.set_cookie(PROOF, key, max_age=PROOF_SECONDS, path='/', samesite='Lax', secure=is_secure)
    return response


def is_sign_in(match) -> bool:
    is_view = issubclass(getattr(match.func, 'view_class', object), (LoginView, LogoutView))
    return is_view or match.url_name in ('login', 'logout')


def is_allowed_in_admin(request, view) -> bool:
    """Who may not enter the admin is sent to its sign-in page by the view, also with a key that was used."""
    site = getattr(getattr(view, 'model_admin', view), 'admin_site', None)
    return site is None or site.has_permission(request)


def leads_to_sign_in(location: str) -> bool:
    """With the way back in its address: who has just signed up is sent to sign in as well, and that is done."""
    path, query = urlsplit(location)[2:4]
    if REDIRECT_FIELD_NAME not in QueryDict(query):
        return False
    if path == urlsplit(resolve_url(settings.LOGIN_URL)).path:
        return True
    try:
        return is_sign_in(resolve(path))
    except Resolver404:
        return False


def ask_to_sign_in(request) -> HttpResponse:
    """The session ended, and what this key did belongs to somebody."""
    return explain(request, 401, 'Please sign in', 'Sign in again, and this will be sent.',
                   {'WWW-Authenticate': 'Cookie'})
