"""What the address of a page can be."""

from flask import abort, request


def refuse_impossible_paths() -> None:
    """Answer 404 to a path that no page has and no database stores: with NUL or half a character in it (run first)."""
    path = request.path
    if "\0" in path or any("\ud800" <= character <= "\udfff" for character in path):
        abort(404)
