"""The counties that a location can lie in: data (counties.txt, one a line), so that another state takes its own."""

from pathlib import Path

COUNTIES: tuple[str, ...] = tuple(Path(__file__).with_name("counties.txt").read_text("utf-8").split("\n")[:-1])
_BY_KEY = {county.casefold(): county for county in COUNTIES}


def county_named(text: str) -> str | None:
    """The county as the list writes it, however it was typed ("wake county" is "Wake"); none for what is no county."""
    typed = " ".join(text.casefold().split()).removesuffix(" county")
    return _BY_KEY.get(typed)
