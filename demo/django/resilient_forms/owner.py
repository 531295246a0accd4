"""Who is signed in, for pages that are made while nobody can be asked."""
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = 'resilient-owner'


def remember_owner(request, response) -> None:
    """Keeps the owner that a page of this answer named, signed and bound to the session of this moment."""
    owner = getattr(request, 'resilient_owner', None)
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not owner or not session:
        return
    value = f'{owner}:{_mac(owner, session)}'
    if request.COOKIES.get(COOKIE) != value:
        is_secure = request.is_secure()
        response.set_cookie(COOKIE, value, path='/', httponly=True, samesite='Lax', secure=is_secure)


def owner_without_database(request) -> str:
    """
    The owner whom an earlier page of this session named, empty when there is none. For `data-owner` and
    nothing else: whether the session still holds is not known.
    """
    owner, _, mac = request.COOKIES.get(COOKIE, '').rpartition(':')
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, '')
    return owner if owner and session and constant_time_compare(mac, _mac(owner, session)) else ''


def _mac(owner: str, session: str) -> str:
    return salted_hmac('resilient_forms.owner', f'{owner}:{session}', algorithm='sha256').hexdigest()
