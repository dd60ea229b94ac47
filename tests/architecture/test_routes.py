"""Every route says who may use it, and reads like the others."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from helpdesk.cases.numbers import HIGHEST_ID
from helpdesk.extensions import csrf
from helpdesk.permissions import PUBLIC_ENDPOINTS

KEBAB = re.compile(r"(/([a-z0-9]+(-[a-z0-9]+)*|<([a-z]+(\(.*\))?:)?[a-z_]+>)?)+(\.csv)?")
IN_DEVELOPMENT_ONLY = {"mailbox"}


@pytest.fixture(params=["development", "production"])
def desk(request: pytest.FixtureRequest) -> Flask:
    """The application as it is made for developers, and as it is made for the public."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    return app


def test_every_route_is_guarded_or_public(desk):
    open_to_anybody = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in _rules(desk)
        if rule.endpoint not in PUBLIC_ENDPOINTS and not hasattr(desk.view_functions[rule.endpoint], "required_permission")
    ]

    assert not open_to_anybody, (
        "Say who may use these: @requires(Permission...) directly below the route, or, if they are for everybody, "
        "their endpoint in PUBLIC_ENDPOINTS of helpdesk/permissions.py:\n" + "\n".join(open_to_anybody)
    )


def test_no_page_is_both_guarded_and_public(desk):
    both = [
        rule.endpoint
        for rule in _rules(desk)
        if rule.endpoint in PUBLIC_ENDPOINTS and hasattr(desk.view_functions[rule.endpoint], "required_permission")
    ]

    assert not both, f"Take {both} off PUBLIC_ENDPOINTS, or take their @requires away."


def test_the_public_list_names_only_what_exists(desk):
    missing = PUBLIC_ENDPOINTS - {rule.endpoint for rule in _rules(desk)}
    if desk.config["HELPDESK_ENV"] == "production":
        missing = {endpoint for endpoint in missing if endpoint.split(".")[0] not in IN_DEVELOPMENT_ONLY}

    assert not missing, f"Take {sorted(missing)} off PUBLIC_ENDPOINTS in helpdesk/permissions.py: there is no such page."


def test_the_mailbox_exists_for_developers_only(desk):
    endpoints = {rule.endpoint.split(".")[0] for rule in _rules(desk)}

    assert ("mailbox" in endpoints) == (desk.config["HELPDESK_ENV"] == "development")


def test_addresses_are_kebab_case(desk):
    wrong = [rule.rule for rule in _rules(desk) if not rule.endpoint.endswith("static") and not KEBAB.fullmatch(rule.rule)]

    assert not wrong, f"Write addresses in small letters with hyphens, as in /vaccine-provider/get-help: {wrong}"


def test_ids_in_addresses_are_no_larger_than_an_id_column(desk):
    endless = [rule.rule for rule in _rules(desk) if "<int" in rule.rule and f"int(max={HIGHEST_ID})" not in rule.rule]

    assert not endless, (
        f"Write <int(max={HIGHEST_ID}):...>: a database cannot be asked for more, and answers with an error: {endless}"
    )


def test_no_form_is_exempt_from_csrf_protection(desk):
    assert not csrf._exempt_views, "Give the form {{ forms.csrf() }} instead of exempting its view."
    assert not csrf._exempt_blueprints


def _rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())
