"""What articles may name without writing it down."""

from flask import current_app

from ..assets import dial
from ..hours.wording import service_hours


def known() -> dict[str, str]:
    """`[[phone]]` and its like, as Markdown."""
    phone, public_phone = current_app.config["DESK_PHONE"], current_app.config["PUBLIC_PHONE"]
    return {
        "phone": f"[{phone}](tel:{dial(phone)})",
        "public_phone": f"[{public_phone}](tel:{dial(public_phone)})",
        "hours": service_hours(),
        "portal_url": current_app.config["ENROLLMENT_PORTAL_URL"],
    }
