"""Our own identifier of Norwegian and its neighbours: `cleaning/identifier/`."""

from cleaning.errors import CleanError
from cleaning.identifier.model import nordic
from cleaning.language import Identify

PACKAGES = ()  # its model is a file beside its code, which counts already


def load() -> Identify:
    """The identifier that comes with Kvern. The score is its probability."""
    try:
        return nordic().identify
    except (OSError, ValueError) as error:
        raise CleanError(f"language engine nordic cannot be loaded: {error}; install Kvern again") from error
