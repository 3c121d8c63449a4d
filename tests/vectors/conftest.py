from __future__ import annotations

import pytest

from tests.vectors.adapter import ENGINES, Engine


@pytest.fixture(params=sorted(ENGINES))
def figure(request: pytest.FixtureRequest) -> Engine:
    """Each vector is asked of the oracle and of the program."""
    return ENGINES[request.param]
