"""Names of languages."""

# The two letters that BCP-47 wants in the place of three, of the languages around us.
# Source: https://www.iana.org/assignments/language-subtag-registry
TWO_LETTERS = {
    "dan": "da",
    "eng": "en",
    "fao": "fo",
    "fin": "fi",
    "isl": "is",
    "nno": "nn",
    "nob": "nb",
    "nor": "no",
    "sme": "se",
    "swe": "sv",
}


def bcp47(code: str) -> str:
    """The language that `nob_Latn` or `nob` names, as BCP-47 writes it: `nb`; the script is left out."""
    language = code.partition("_")[0]
    return TWO_LETTERS.get(language, language)
