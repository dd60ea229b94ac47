"""Which runs of a fault or of a migration are part of every `make test`, and which of the long tests only."""

import pytest

postgresql_in_the_long_run = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
