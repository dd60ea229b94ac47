"""What providers are told of problems that the desk knows about."""

from flask_babel import get_locale

from ..cases import problems


def known_problems(topic_code: str, system: str = "") -> list[str]:
    """What the open problems of a topic say to the public, in the language of the page; nothing for no topic."""
    if not topic_code:
        return []
    return [problem.text(str(get_locale())) for problem in problems.about(topic_code, system=system)]
