"""The address space of the workspace, which the modules beside this one fill."""

from flask import Blueprint

bp = Blueprint("queue", __name__, url_prefix="/agent")
