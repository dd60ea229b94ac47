"""The directory from a file and into a file: upload, preview with counts and errors, confirm; download."""

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from .. import clock
from ..accounts.sessions import the_user
from ..hours.queries import calendar
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..providers import csv_export, csv_import, csv_reading, uploads
from ..providers.counties import COUNTIES
from ..providers.csv_columns import COLUMNS, REQUIRED
from ..providers.csv_reading import Table
from ..providers.models import EnrollmentStatus, OrganizationType, ReportingSystem
from ..transaction import transaction
from .blueprint import bp

Answer = str | AnyResponse | tuple[str, int]
SLACK = 64 * 1024  # bytes of an upload beside its file


@bp.url_value_preprocessor
def allow_large_files(endpoint: str | None, _values: object) -> None:
    """A directory is larger than what other forms may send, for whoever may store it; nobody else's is read at all.

    Runs before anything reads the form, as the protection against forgery does.
    """
    if endpoint != "admin.preview_import" or request.method != "POST":
        return
    if not current_user.is_authenticated:
        flash(_("Your session has ended. Sign in, then choose the file again."), "info")
        abort(redirect(url_for("accounts.login", next=url_for(".import_organizations")), code=303))
    if not may(current_user, Permission.EDIT_DIRECTORY):
        abort(403)
    request.max_content_length = csv_reading.LARGEST_FILE + SLACK


@bp.get("/organizations/import")
@requires(Permission.EDIT_DIRECTORY)
def import_organizations() -> Answer:
    """Choose a file; what it may hold."""
    return _upload_page()


@bp.post("/organizations/import")
@requires(Permission.EDIT_DIRECTORY)
def preview_import() -> Answer:
    """Read the file and say what it would change, row by row where it cannot be taken. Nothing of the directory changes."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        return _upload_page(_("Choose a file that is not empty.")), 422
    table = csv_reading.read(content)
    plan = csv_import.plan(table)
    if table.problems:
        return _preview_page(table, plan), 422
    with transaction():
        token = uploads.keep(content, by=the_user())
    return _preview_page(table, plan, token)


@bp.post("/organizations/import/confirm")
@requires(Permission.EDIT_DIRECTORY)
def confirm_import() -> Answer:
    """Store what was previewed, all of it or nothing; it is read anew, for the directory may have changed."""
    with transaction():
        content = uploads.take(request.form.get("token", ""), by=the_user())
        table = csv_reading.read(content) if content is not None else Table()
        csv_import.hold_directory()
        plan = csv_import.plan(table)
        if not table.problems:
            csv_import.store(plan, by=the_user())
    if content is None:
        flash(_("That file is stored already, or is not kept any more. Please choose it again."), "warn")
        return redirect(url_for(".import_organizations"), code=303)
    if table.problems:
        return _preview_page(table, plan), 409
    flash(" ".join([_("The file is stored."), *(f"{text}: {count:,}." for text, count in _counted(plan))]), "ok")
    return redirect(url_for(".organizations"), code=303)


@bp.get("/organizations/import/confirm")
@requires(Permission.EDIT_DIRECTORY)
def back_to_import() -> Answer:
    """Whoever opens the address of the button again comes back to the upload."""
    return redirect(url_for(".import_organizations"))


@bp.get("/organizations/import/sample.csv")
@requires(Permission.EDIT_DIRECTORY)
def sample_of_organizations() -> Answer:
    """A file to begin with."""
    return _download(csv_export.sample(), "directory-sample.csv")


@bp.get("/organizations/export.csv")
@requires(Permission.SEE_DIRECTORY)
def export_organizations() -> Answer:
    """The whole directory as a file that can be imported again."""
    today = calendar().wall(clock.now()).date()
    return _download(stream_with_context(csv_export.table()), f"directory-{today}.csv")


def _download(content: object, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[arg-type]


def _upload_page(error: str = "") -> str:
    values = {
        "organization_type": ", ".join(OrganizationType),
        "reporting_system": ", ".join(ReportingSystem),
        "enrollment_status": ", ".join(EnrollmentStatus),
        "county": _("one of the %(number)s counties", number=len(COUNTIES)),
        "pin": _("six digits, with or without NCA"),
        "organization_closed": _("since when it is closed, such as 2026-11-30; empty: open"),
        "location_closed": _("since when it is closed; empty: open"),
        REQUIRED: _("the legal name; required"),
        "location": _("its name; empty: the row is about the organization alone"),
    }
    return render_template(
        "admin/import_organizations.html",
        error=error,
        columns=[(column.title, values.get(column.title, _("text"))) for column in COLUMNS],
        largest=csv_reading.LARGEST_FILE // 1024 // 1024,
        most_rows=csv_reading.MOST_ROWS,
    )


def _preview_page(table: Table, plan: csv_import.Plan, token: str = "") -> str:
    return render_template(
        "admin/preview_import.html",
        problems=table.problems[: csv_reading.MOST_PROBLEMS],
        more=max(0, len(table.problems) - csv_reading.MOST_PROBLEMS),
        rows=table.rows,
        counted=_counted(plan),
        token=token,
        is_idle=not any(count for name, count in plan.counts.items() if name != "unchanged"),
    )


def _counted(plan: csv_import.Plan) -> list[tuple[str, int]]:
    words = {
        "organizations_added": _("Organizations added"),
        "organizations_changed": _("Organizations changed"),
        "locations_added": _("Locations added"),
        "locations_changed": _("Locations changed"),
        "unchanged": _("Unchanged"),
    }
    return [(words[name], count) for name, count in plan.counts.items()]
