"""The help desk: `create_app` is the table of contents of the application."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config

from . import addressing, clock, languages, logs, permissions, security_headers
from .accounts import demo_people
from .cases import arrivals


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Make the application from `settings`, or from the environment (see config.py, whose errors pass through)."""
    app = Flask(__name__, template_folder="../templates", instance_path=str(config.ROOT / "instance"))
    app.config.update(settings if settings is not None else config.load())
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    clock.follow(app.config["HELPDESK_CLOCK_FILE"])
    logs.set_up(app)
    app.before_request(addressing.refuse_impossible_paths)  # before CSRF protection, which would keep the path
    arrivals.set_up(app)  # before it too, because it reads the whole request
    _set_up_extensions(app)
    _register_packages(app)
    security_headers.set_up(app)
    app.before_request(permissions.guard_every_route)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    demo_people.refuse_in_production(app)
    return app


def _set_up_extensions(app: Flask) -> None:
    from . import database, extensions
    from .accounts import preferences, sessions

    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    for extension in (extensions.csrf, extensions.limiter, extensions.mail, extensions.bootstrap):
        extension.init_app(app)
    extensions.babel.init_app(app, locale_selector=preferences.locale)
    languages.speak_in_templates(app)
    app.jinja_env.globals.update(locale=preferences.locale, appearance=preferences.appearance)
    app.jinja_env.filters["translated"] = languages.translated
    sessions.set_up(app)  # Flask-Login, and forms whose session ended under the hand
    with app.app_context():
        database.prepare_engine(extensions.db.engine)


def _register_packages(app: Flask) -> None:
    from . import assets, cli, error_pages, mailbox
    from .accounts.views import bp as accounts
    from .admin.views import bp as admin
    from .cases.own_account_views import bp as cases
    from .hours import due_wording, wording
    from .intake.decision_views import bp as decisions
    from .intake.draft_views import bp as intake
    from .intake.filing_views import bp as filing
    from .portal.views import bp as portal
    from .providers.views import bp as providers
    from .queue.views import bp as queue

    for blueprint in (portal, accounts, providers, intake, filing, decisions, cases, queue, admin):
        app.register_blueprint(blueprint)
    if app.config["HELPDESK_ENV"] == "development":
        app.register_blueprint(mailbox.bp)
    assets.set_up(app)  # file addresses with their content's hash, icons
    due_wording.set_up(app)
    wording.set_up(app)  # dates, times and service hours in templates
    error_pages.set_up(app)
    cli.set_up(app)
