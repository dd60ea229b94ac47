"""People: registration, sign-in, roles and teams."""
