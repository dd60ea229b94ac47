"""Answers become a case."""

from ..accounts.models import User
from ..cases import commands as cases
from ..cases.models import Case, Impact, ProviderRole, System, Urgency
from .forms import HelpTicketForm

FREE_TEXT = {"subject", "description"}


def submit(form: HelpTicketForm, *, requester: User) -> Case:
    """Make the case of a valid help ticket, or return the one it has made before.

    Raises FormKeyReused when the form's key has made a case of other content.
    """
    topic, place = form.chosen_topic, form.chosen_place
    new = cases.NewCase(
        form_key=str(form.form_key.data),
        provider_role=ProviderRole(form.role.data),
        organization=str(form.organization.data),
        location=form.location.data or "",
        system=System(form.system.data),
        topic=cases.TopicFacts(
            code=topic.code,
            name=topic.name,
            group_code=topic.group_code,
            group_name=topic.group_name,
            team_code=topic.team_code,
            priority=topic.priority,
        ),
        subject=str(form.subject.data),
        description=str(form.description.data),
        impact=Impact(form.impact.data),
        urgency=Urgency(form.urgency.data),
        organization_id=place.organization_id if place else None,
        location_id=place.location_id if place else None,
        is_private=bool(form.is_private.data and place),
        answers=tuple((question, answer) for name, question, answer in form.answered if name not in FREE_TEXT),
    )
    return cases.open_case(new, requester=requester)
