"""Text without what leads to a person: e-mail addresses and Norwegian telephone numbers, masked where they stand."""

import re

from cleaning.steps.unicode import rewritten
from scrapers.record import Document

EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b")
# Eight digits as Norwegians write them (12345678, 12 34 56 78, 123 45 678), with or without +47; not inside a longer
# number, not after a currency. Source: Nkom, Norwegian numbering plan: subscribers' numbers begin with 2-9.
PHONE = re.compile(
    r"(?<![\d.,-])(?<!kr )(?<!nr )(?:(?:\+|00)47[ -]?)?"
    r"(?:[2-9]\d{7}|[2-9]\d(?:[ .]\d\d){3}|[49]\d\d[ .]\d\d[ .]\d{3})(?![\d]|[.,-]\d)"
)


def mask_personal_data(document: Document) -> Document:
    """The document with e-mail addresses as `[EMAIL]` and telephone numbers as `[PHONE]`."""
    return rewritten(document, lambda text: PHONE.sub("[PHONE]", EMAIL.sub("[EMAIL]", text)))


STEPS = (mask_personal_data,)
