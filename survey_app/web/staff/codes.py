"""Codes of service points: issued, replaced, revoked; their QR pictures and posters to print."""

from __future__ import annotations

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.reports.posters import Paper, poster_pdf
from survey_app.reports.qr import qr_png, qr_svg
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.issue_codes import (
    code_in_use,
    codes_in_use,
    issue_codes,
    public_address,
    revoke_code,
    rotate_code,
)
from survey_app.store.queries.point_codes import PointCodeRow
from survey_app.web.access import open_to
from survey_app.web.database import database, settings
from survey_app.web.staff.desk import blueprint


@blueprint.post("/campaigns/<code>/codes")
@open_to(Permission.MANAGE_CAMPAIGNS)
def issue(code: str) -> ResponseReturnValue:
    """Give a code to every point of the campaign that has none."""
    issue_codes(database(), current_user.id, code)
    flash(g.t("staff-codes-issued"), "success")
    return redirect(url_for("staff.campaign", code=code), 303)


@blueprint.post("/campaigns/<campaign_code>/codes/<code>/rotate")
@open_to(Permission.MANAGE_CAMPAIGNS)
def rotate(campaign_code: str, code: str) -> ResponseReturnValue:
    """Replace a code: the poster with the old one must be taken down."""
    fresh = rotate_code(database(), current_user.id, code)
    flash(g.t("staff-code-rotated", point=fresh.name_vi), "success")
    return redirect(url_for("staff.campaign", code=campaign_code), 303)


@blueprint.post("/campaigns/<campaign_code>/codes/<code>/revoke")
@open_to(Permission.MANAGE_CAMPAIGNS)
def revoke(campaign_code: str, code: str) -> ResponseReturnValue:
    """Take a code out of use."""
    old = revoke_code(database(), current_user.id, code)
    flash(g.t("staff-code-revoked", point=old.name_vi), "success")
    return redirect(url_for("staff.campaign", code=campaign_code), 303)


@blueprint.get("/codes/<code>/qr.svg")
@open_to(Permission.MANAGE_CAMPAIGNS)
def code_svg(code: str) -> ResponseReturnValue:
    """Return a code's QR to look at."""
    return Response(qr_svg(_address(code)), mimetype="image/svg+xml")


@blueprint.get("/codes/<code>/qr.png")
@open_to(Permission.MANAGE_CAMPAIGNS)
def code_png(code: str) -> ResponseReturnValue:
    """Return a code's QR to put into a document."""
    return _file(qr_png(_address(code)), "image/png", f"qr-{code}.png")


@blueprint.get("/codes/<code>/poster.pdf")
@open_to(Permission.MANAGE_CAMPAIGNS)
def code_poster(code: str) -> ResponseReturnValue:
    """Return one point's poster."""
    point = code_in_use(database(), code)
    return _posters([point], f"ap-phich-{point.point_code}")


@blueprint.get("/campaigns/<code>/posters.pdf")
@open_to(Permission.MANAGE_CAMPAIGNS)
def campaign_posters(code: str) -> ResponseReturnValue:
    """Return the posters of all points of a campaign in one file."""
    points = codes_in_use(database(), campaign_code=code)
    if not points:
        raise ServiceError("staff-no-codes")
    return _posters(points, f"ap-phich-{code}")


def _posters(points: list[PointCodeRow], name: str) -> Response:
    asked = request.args.get("paper", Paper.A4.value)
    if asked not in tuple(Paper):
        raise NotFoundError("paper", asked)
    pdf = poster_pdf(points, settings().base_url, paper=Paper(asked), language=g.language)
    return _file(pdf, "application/pdf", f"{name}-{asked}.pdf")


def _address(code: str) -> str:
    return public_address(settings().base_url, code_in_use(database(), code).code)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
