"""Pages that stand in the place of an answer. They ask no database: not for a user, not for a session."""
import json

from django.http import HttpResponse
from django.template.loader import render_to_string

from .owner import owner_without_database

RETRY_AFTER = 5


def explain(request, status: int, title: str, text: str, headers: dict = None) -> HttpResponse:
    """A page that says what happened, or JSON for whoever wants that."""
    headers = headers or {}
    if wants_json(request):
        response = HttpResponse(json.dumps({'error': title}), content_type='application/json', status=status)
    else:
        # Without the request no context processor runs, and those look for users.
        context = {'title': title, 'text': text, 'path': request.get_full_path(),
                   'csp_nonce': getattr(request, 'csp_nonce', ''),
                   'resilient_owner': owner_without_database(request)}
        response = HttpResponse(render_to_string('resilient_forms/explain.html', context), status=status)
    response['Cache-Control'] = 'no-store'
    for name, value in headers.items():
        response[name] = value
    return response


def unavailable(request) -> HttpResponse:
    """The answer while the database is away."""
    headers = {'Retry-After': str(RETRY_AFTER)}
    if is_health(request):
        response = HttpResponse('{"status": "fail"}', content_type='application/health+json', status=503)
        response['Cache-Control'] = 'no-store'
        response['Retry-After'] = headers['Retry-After']
    else:
        text = 'The database cannot be reached at the moment.'
        response = explain(request, 503, 'Back soon', text, headers)
    return logged(response)


def logged(response: HttpResponse) -> HttpResponse:
    """
    An outage is in the log once: Django would call each of its 503s an error, and mail it to the admins.
    """
    response._has_been_logged = True
    return response


def is_health(request) -> bool:
    match = getattr(request, 'resolver_match', None)
    return bool(match) and match.view_name in ('resilient_forms:health', 'resilient_forms:simple-health')


def wants_json(request) -> bool:
    """Browsers name HTML; what names JSON alone is a script. The views of ours that speak JSON always do."""
    match = getattr(request, 'resolver_match', None)
    if match and match.namespace == 'resilient_forms':
        return True
    accept = request.META.get('HTTP_ACCEPT', '')
    return 'json' in accept and 'text/html' not in accept
