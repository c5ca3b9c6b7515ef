"""Cleaning: one document at a time, then the whole corpus. Kept light: the language engines start with it."""


class CleanError(Exception):
    """A profile, a rule or an input of cleaning is not what it should be."""
