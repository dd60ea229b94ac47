"""What the commands of `flask --app wsgi` have in common."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError


class Command(click.Command):
    """A command that says what to do when the database cannot be asked."""

    def invoke(self, context: click.Context) -> object:
        """Run the command; raises ClickException in place of what the database says."""
        try:
            return super().invoke(context)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"The database did not do what it was asked: {str(error.orig).splitlines()[0]}\n"
                "If it is new or older than the program, run: flask --app wsgi db upgrade\n"
                "What else may be wrong is told by: flask --app wsgi doctor"
            ) from error


class Group(AppGroup):
    """Commands about one thing."""

    command_class = Command
