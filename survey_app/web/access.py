"""Every route declares its audience; a route without one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission, Role, may
from survey_app.web.errors import AccessDeniedError

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Audience:
    """Who may use a route: anybody, any signed-in person, or holders of a permission."""

    is_public: bool = False
    needs: tuple[Permission, ...] = ()


PUBLIC = Audience(is_public=True)
ANY_STAFF = Audience()


def open_to(audience: Audience | Permission, *more: Permission) -> Callable[[View], View]:
    """Declare the audience of a view: ``PUBLIC``, ``ANY_STAFF`` or permissions (any of them)."""
    declared = audience if isinstance(audience, Audience) else Audience(needs=(audience, *more))

    def declare(view: View) -> View:
        view.audience = declared  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return the audience that the view behind ``endpoint`` declared."""
    found = getattr(app.view_functions[endpoint], "audience", None)
    return found if isinstance(found, Audience) else None


def admits(audience: Audience, role: Role | None) -> bool:
    """Tell whether a route for ``audience`` admits a person of ``role`` (``None``: a stranger)."""
    if audience.is_public:
        return True
    if role is None:
        return False
    return not audience.needs or may(role, *audience.needs)


def enforce_access() -> ResponseReturnValue | None:
    """Refuse whom the route does not admit; send strangers to sign in."""
    if request.endpoint is None:
        return None  # no such page: the error handler answers
    audience = audience_of(current_app, request.endpoint)
    if audience is None:
        raise AccessDeniedError(request.endpoint)
    if audience.is_public:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("auth.sign_in_page", next=request.full_path.rstrip("?")))
    if not admits(audience, Role(current_user.role)):
        raise AccessDeniedError(request.endpoint)
    if current_user.must_change_password and request.endpoint not in {
        "auth.change_own_password",
        "auth.sign_out",
    }:
        return redirect(url_for("auth.change_own_password"))
    return None
