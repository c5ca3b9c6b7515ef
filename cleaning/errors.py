"""What goes wrong in cleaning. Kept apart, so that a language engine starts without what the steps need."""


class CleanError(Exception):
    """A profile, a rule or an input of cleaning is not what it should be."""
