"""Our own identifier of Norwegian and its neighbours: `cleaning/identifier/`."""

from cleaning.identifier.model import nordic
from cleaning.language import Identify


def load() -> Identify:
    """The identifier that comes with Kvern. The score is its probability."""
    return nordic().identify
