"""The page on which an administrator gives somebody another address: staff, and providers whom no agent can call back."""

from flask import flash, render_template, request

from ..accounts import commands as accounts
from ..accounts import history, parked, people
from ..accounts.errors import AccountClosed, AddressTaken, StalePage
from ..accounts.sessions import the_user
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..queue.mail_forms import AddressForm
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_acts import refused, to_person
from .people_forms import VersionedForm
from .people_pages import person_of


class NewAddressForm(AddressForm, VersionedForm):
    """Another address, and how it was made sure that it is theirs."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.reason.description = _l("For example: came to the office and showed an ID. It is kept in the history.")


@bp.route("/people/<int(max=2147483647):person_id>/address", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def change_address(person_id: int) -> Answer:
    """Give somebody another address, with a reason that is kept; both addresses are told, and their sessions end."""
    person = person_of(person_id)
    if request.method != "POST":
        form = NewAddressForm(formdata=typed())
        form.version.data = str(history.version_of(user_id=person.id))
        return render_template("admin/change_address.html", person=person, form=form, problem="")
    form = NewAddressForm()
    if not form.validate():
        return render_template("admin/change_address.html", person=person, form=form, problem=""), 422
    problem = ""
    try:
        with transaction():
            people.hold(person, version=form.seen_version)
            accounts.change_address(person, form.email.data, by=the_user(), reason=form.reason.data)
            people.end_sessions(person)
            parked.forget(request.path)
    except AddressTaken:
        form.email.errors = [_("Somebody else has an account with this address.")]
    except (StalePage, AccountClosed) as stale:
        problem, form.version.data = refused(stale), str(history.version_of(user_id=person.id))
    if form.errors or problem:
        return render_template("admin/change_address.html", person=person, form=form, problem=problem), 409
    flash(_("The address is changed, and both addresses are told. %(who)s is signed out everywhere.", who=person.name), "ok")
    return to_person(person)
