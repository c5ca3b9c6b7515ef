"""Flows on Prefect. Not empty, because Prefect reads its settings when it is first imported, which is after this."""

from flows.environment import prepare

prepare()
