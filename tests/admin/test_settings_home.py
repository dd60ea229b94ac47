"""The home of the settings: for those who run or lead the desk."""

import pytest

from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.visitor import Visitor


@pytest.mark.parametrize("somebody", [an_admin, a_lead])
def test_those_in_charge_find_the_settings_in_their_navigation(app, somebody):
    visitor = Visitor(app).sign_in(somebody())

    assert (visitor.follow("Settings").h1, visitor.path) == ("Settings", "/admin")


@pytest.mark.parametrize("somebody", [an_agent, a_provider])
def test_others_have_no_settings(app, somebody):
    assert Visitor(app).sign_in(somebody()).open("/admin").status == 403
