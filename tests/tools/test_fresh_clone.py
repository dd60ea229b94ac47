"""A fresh clone on a machine with nothing but Python and make: everything is installed, then the desk starts."""

import signal

import pytest


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_fresh_clone_becomes_a_desk(desk):
    desk.venv = ".venv"

    desk.start().wait_until_ready(within=800)

    assert "Making the Python environment in .venv ..." in desk.said
    assert "Vaccine Provider" in desk.page("/")
    desk.stop(signal.SIGINT)
