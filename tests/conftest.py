"""What all tests share: the hypothesis profile, one moment in time, and the shipped policies."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from leadkit.policy import Policy, load_policy

settings.register_profile("leadkit", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leadkit")

for name in ("LEADKIT_DB", "LEADKIT_POLICY"):
    os.environ.pop(name, None)

NOW = datetime(2023, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def standard() -> Policy:
    return load_policy("standard")
