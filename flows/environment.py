"""Prefect's settings for Kvern, where the user has set none."""

import logging
import os

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
    # The first start of the embedded server makes its database: 12 s on two quiet cores, 75 s were seen.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "scrapers,cleaning,training",
}


def prepare() -> None:
    """Sets what is not set."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    for name in os.environ["PREFECT_LOGGING_EXTRA_LOGGERS"].split(","):
        logging.getLogger(name).setLevel(logging.INFO)  # Prefect captures them but leaves their level
