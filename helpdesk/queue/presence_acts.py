"""Who else has a case open: told by a script of each page, and to it."""

from flask import jsonify, request
from werkzeug.wrappers import Response

from ..accounts.sessions import the_user
from ..cases import presence
from ..permissions import Permission, requires
from ..transaction import transaction
from . import draft_boxes, presence_words
from .blueprint import bp
from .mail_acts import case_of


@bp.post("/cases/<number>/presence")
@requires(Permission.WORK_ON_CASES)
def tell_presence(number: str) -> Response:
    """Note that this person has the case open and perhaps writes, or that they leave; answer who else is there."""
    case, user = case_of(number), the_user()
    writing = next((kind for kind in draft_boxes.BOXES if kind == request.form.get("writing")), None)
    with transaction():
        if request.form.get("leaves"):
            presence.leave(case, user)
        else:
            presence.note(case, user, writing=writing)
    return jsonify(words=presence_words.words(presence.others(case, reader=user)))
