"""Static files: what a server whose visitor has gone away must not leave behind."""

import gc

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("headers", [{}, {"If-Modified-Since": "Wed, 01 Jan 2200 00:00:00 GMT"}], ids=["whole", "not modified"])
def test_a_file_is_closed_though_the_server_never_closes_the_answer(app: Flask, headers: dict[str, str]) -> None:
    environ = EnvironBuilder("/static/icon.svg", headers=headers).get_environ()

    answer = app.wsgi_app(environ, lambda *_: lambda _: None)

    del answer  # as it goes when the connection was reset: a file still open would warn here, and warnings are errors
    gc.collect()
