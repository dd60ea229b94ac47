"""Which runs of a fault, of a migration or of a page are part of every `make test`, and which of the long tests only.

What happens at the same time, is claimed, filed, sent or found runs on both databases every time: those tests are marked
`both_databases`.
"""

import pytest

postgresql_in_the_long_run = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
