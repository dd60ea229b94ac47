"""The door for the web server and for `flask --app wsgi`."""

import sys

from config import ConfigError
from helpdesk import create_app

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"The help desk cannot start: {error}")
