"""The door for the web server and for `flask --app wsgi`."""

import sys

from config import ConfigError
from helpdesk import create_app

GIVE_UP = 3  # what tells gunicorn to stop; for another code it would start one worker after the other

try:
    app = create_app()
except ConfigError as error:
    sys.stderr.write(f"The help desk cannot start: {error}\n")
    sys.exit(GIVE_UP)
