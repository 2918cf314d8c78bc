"""Hypothesis reproducible and bounded; HYPOTHESIS_PROFILE=explore looks further."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "engine",
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("engine"), max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "engine"))
