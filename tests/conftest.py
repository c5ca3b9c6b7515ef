"""What all tests share: names that are the same in every process that collects them."""

import pytest


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """The parameter's name for bytes: gzip writes the time into them, and the workers of a run would not agree."""
    return argname if isinstance(val, bytes) else None
