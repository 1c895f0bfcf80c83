"""Ask once more who it is before what cannot be undone. allauth's address `auth/reauthenticate` writes the proof."""

import time

from allauth.account import app_settings
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from rest_framework.request import Request

from backend.accounts.errors import ReauthenticationRequired
from backend.accounts.models import Person

FLOWS = ({"id": "reauthenticate"},)


def require_recent_password(request: Request, *, now_s: float | None = None) -> None:
    """Raise ReauthenticationRequired unless the caller gave the password to this session a few minutes ago.

    Signing in does not count: the phone that lies open on a table has been signed in for weeks. An account without a
    password (made by a command) has nothing to be asked for, and nobody signs in with it.
    """
    person = request.user
    assert isinstance(person, Person)
    if not person.has_usable_password():
        return
    # An app's session comes with its token, a browser's with its cookie.
    session = request.auth if isinstance(request.auth, SessionBase) else request._request.session
    is_own = session.get(SESSION_KEY) == str(person.pk)
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    proven_at = max((one["at"] for one in records if one.get("reauthenticated")), default=float("-inf"))
    if not is_own or (now_s or time.time()) - proven_at >= app_settings.REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired(flows=FLOWS)
