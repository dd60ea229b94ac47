"""The pages of an account: registration, sign-in, one's own details."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
