from __future__ import annotations

import pytest

from holdfast.company import Company, simulate


@pytest.fixture(scope="session")
def company() -> Company:
    """Two thousand accounts over fifteen months."""
    return simulate(2000, 15, seed=3)
