"""What `make bench` runs: the desk measured against the least that its parts can do, in one run on one machine."""


class Broken(Exception):
    """Why there are no figures: one line for the person who can mend it."""
