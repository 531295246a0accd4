import json
from functools import wraps

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from . import outage
from .health import check_database, full_health, simple_health, staff_detail
from .pages import RETRY_AFTER, logged
from .parked import retry_parked

HEALTH = 'application/health+json'


def staff_only(view):
    """
    401 for nobody, 403 for somebody else, as JSON: these are asked by scripts, which cannot sign in on a
    page.
    """
    @wraps(view)
    def guarded(request):
        user = request.user
        if not user.is_authenticated:
            return answer(request, {'error': 'not signed in'}, 401)
        if not (user.is_active and user.is_staff):
            return answer(request, {'error': 'staff only'}, 403)
        return view(request)
    return guarded


@require_safe
def simple_health_view(request):
    """Whether Django answers; no database is asked."""
    return answer(request, simple_health(), content_type=HEALTH)


@require_safe
def health_view(request):
    return answer_health(request, full_health())


@never_cache
@require_safe
@staff_only
def connection_status_view(request):
    health = full_health()
    if health['status'] != 'fail':
        health['staff'] = staff_detail()
    return answer_health(request, health)


@never_cache
@csrf_protect
@require_POST
@staff_only
def retry_operations_view(request):
    if check_database()['status'] == 'fail':
        return answer(request, {'error': 'the database is away'}, 503)
    counts = retry_parked()
    return answer(request, counts, 503 if outage.is_away() else 200)


def answer_health(request, health: dict) -> HttpResponse:
    return answer(request, health, 503 if health['status'] == 'fail' else 200, HEALTH)


def answer(request, body: dict, status: int = 200, content_type: str = 'application/json') -> HttpResponse:
    response = HttpResponse(json.dumps(body), status=status, content_type=content_type)
    response['Cache-Control'] = 'no-store'
    if status == 503:
        response['Retry-After'] = str(RETRY_AFTER)
        logged(response)
    # It holds even if the session cannot be saved after it (SESSION_SAVE_EVERY_REQUEST).
    request.resilient_answer = response
    return response


# For LoginRequiredMiddleware, Django 5.1: these are public, or answer scripts by themselves.
for view in (simple_health_view, health_view, connection_status_view, retry_operations_view):
    view.login_required = False
