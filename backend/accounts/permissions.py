"""DRF permissions by staff role: 401 where nobody is signed in, 403 `role_required` where the role is missing.

They live outside `rest/` because the staff views of every app use them.
"""

from typing import ClassVar

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.accounts.enums import Role
from backend.accounts.queries import roles_of
from backend.core.errors import RoleRequired


class HasAnyRole(BasePermission):
    """Let persons pass who hold one of `roles`; an admin always does."""

    roles: ClassVar[frozenset[Role]]

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if not roles_of(request.user) & {*self.roles, Role.ADMIN}:
            raise RoleRequired
        return True


class IsOrganizer(HasAnyRole):
    roles = frozenset({Role.ORGANIZER})


class IsBoardOrOrganizer(HasAnyRole):
    roles = frozenset({Role.BOARD, Role.ORGANIZER})


class IsAdmin(HasAnyRole):
    roles = frozenset()
