"""The headers every answer carries (DESIGN: security baseline; OWASP ASVS 5.0, V3)."""

from flask import Flask, Response
from flask_login import current_user

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONE_YEAR = 365 * 24 * 60 * 60


def set_up(app: Flask) -> None:
    """Add the headers to every answer, pages of errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["HELPDESK_ENV"] == "production":
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
        if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
            private = current_user and not current_user.is_anonymous  # which reads nothing: they may have been given up
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
