"""The address space of the settings, which the modules beside this one fill."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")
