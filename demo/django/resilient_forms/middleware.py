"""The two middlewares; where they stand is in README.md, and `manage.py check` says when it is wrong."""
from django.db import DatabaseError, InterfaceError

from . import idempotency, outage
from .owner import remember_owner
from .pages import explain, unavailable
from .parked import retry_soon
from .submission import begin, finish, is_for_us


class ConnectionMiddleware:
    """Answers 503 on a page of the site while the database is away, and gives broken connections up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        error = getattr(request, 'resilient_lost', None)
        if error is not None:
            # It may have been lost outside of the view: in a session that could not be saved, say.
            outage.note_failure(error)
            if response.status_code == 500:
                response = getattr(request, 'resilient_answer', None) or unavailable(request)
        elif outage.is_away() and outage.answers():
            retry_soon()
        remember_owner(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        outage.drop_stale_connections()

    def process_exception(self, request, error):
        if not outage.is_lost(error):
            return None
        request.resilient_lost = error
        return unavailable(request)


class IdempotencyMiddleware:
    """
    Carries each submission out once for its key. Between here and the view stands nothing: CSRF was checked
    and the messages are there; the view runs in a transaction that the key's record is part of.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            response = self.get_response(request)
            run = getattr(request, 'resilient_run', None)
            return finish(run, request, response) if run else response
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_lost(error):
                raise
            request.resilient_lost = error
            return unavailable(request)
        finally:
            run = getattr(request, 'resilient_run', None)
            if run:
                run.roll_back()

    def process_view(self, request, view, args, kwargs):
        try:
            if not is_for_us(request, view):
                return None
            key = idempotency.read_key(request)
            return begin(request, key) if key else None
        except idempotency.MalformedKey:
            text = 'The field or the header is not a key, or they differ.'
            return explain(request, 400, 'Idempotency key not understood', text)
        except idempotency.StillRunning:
            text = 'The same submission is being handled right now.'
            return explain(request, 409, 'Still working on it', text, {'Retry-After': '1'})
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_lost(error):
                raise
            request.resilient_lost = error
            return unavailable(request)

    def process_exception(self, request, error):
        run = getattr(request, 'resilient_run', None)
        if run:
            run.failed = True
