"""The blueprint that every public page hangs on."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
