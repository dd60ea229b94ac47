"""Answers become a case."""

from ..accounts.models import Language, User
from ..cases import commands as cases
from ..cases import following
from ..cases.choices import Channel, Impact, ProviderRole, System, Urgency
from ..cases.models import Case
from .forms import TicketForm

# Shown with the case by themselves: the free text, and what was only asked to be sure. So is whom it is copied to.
APART = frozenset({"subject", "description", "no_patient_data"})


def submit(form: TicketForm, *, requester: User, channel: Channel = Channel.WEB, filed_by: User | None = None) -> Case:
    """Make the case of a valid help ticket, or return the one it has made before; staff can file it for its requester.

    Raises FormKeyReused when the form's key has made a case of other content.
    """
    topic, group, place = form.the_topic, form.the_group, form.chosen_place
    before = following.closed_case(requester, form.follows.data or "")
    new = cases.NewCase(
        form_key=str(form.form_key.data),
        provider_role=ProviderRole(form.role.data),
        organization=str(form.organization.data),
        location=form.location.data or "",
        system=System(form.system.data),
        topic=cases.TopicFacts(
            code=topic.code,
            name=topic.name,
            group_code=group.code,
            group_name=group.name,
            team_code=topic.team,
            priority=topic.priority,
        ),
        subject=str(form.subject.data),
        description=str(form.description.data),
        impact=Impact(form.impact.data),
        urgency=Urgency(form.urgency.data),
        organization_id=place.organization_id if place else None,
        location_id=place.location_id if place else None,
        is_private=bool(form.is_private.data and place),
        answers=tuple(answer for answer in form.answered() if answer.key not in APART | form.naming_colleagues),
        reply_language=Language(form.reply_language.data),
        form_version=form.definition.version or None,
        channel=channel,
        follows=before.id if before else None,
        copies=tuple(person.id for person in form.colleagues if person.id != requester.id),
    )
    return cases.open_case(new, requester=requester, filed_by=filed_by)
