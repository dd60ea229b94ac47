"""The door for the web server and for `flask --app wsgi`."""

import gc
import sys

gc.disable()  # while modules are loaded nothing becomes garbage: looking for it takes a fifth of the start

from config import ConfigError  # noqa: E402
from helpdesk import create_app  # noqa: E402

GIVE_UP = 3  # what tells gunicorn to stop; for another code it would start one worker after the other

try:
    app = create_app()
except ConfigError as error:
    sys.stderr.write(f"The help desk cannot start: {error}\n")
    sys.exit(GIVE_UP)
gc.freeze()  # what was loaded stays to the end; nobody looks for garbage in it
gc.enable()
