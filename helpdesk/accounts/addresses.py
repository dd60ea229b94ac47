"""E-mail addresses: written as their owner writes them, compared without regard to case."""

from email_validator import EmailNotValidError, validate_email

from .errors import NotAnAddress

LONGEST_ADDRESS = 254


def normalized(text: str) -> str:
    """The address as we write to it; internationalized ones are welcome. Raises NotAnAddress."""
    if len(text) > LONGEST_ADDRESS:
        raise NotAnAddress
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise NotAnAddress from None


def key_of(text: str) -> str:
    """The address as we compare it. Raises NotAnAddress."""
    return normalized(text).casefold()
