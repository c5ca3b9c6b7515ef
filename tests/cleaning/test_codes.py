import re

import pycld2
import pytest

from cleaning.codes import bcp47
from cleaning.engines.polyglot import code_of


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("nb", "nob_Latn nob nb no nor"),
        ("nn", "nno_Latn nno nn"),
        ("da", "dan_Latn dan da"),
        ("se", "sme_Latn se"),
        ("zh", "cmn cmn_Hani cmn_Hans zho_Hans zh"),
        ("zh-Hant", "cmn_Hant zh_Hant zh-Hant"),
        ("sr", "srp_Cyrl srp sr"),
        ("sr-Latn", "srp_Latn sr-Latn"),
        ("sh", "hbs hbs_Latn sh"),
        ("ar", "arb_Arab ara ar"),
        ("et", "ekk_Latn est et"),
        ("ko", "kor_Hang ko"),
        ("tl", "tgl_Latn tl"),
        ("smj", "smj smj_Latn"),
        ("pnb", "pnb_Arab"),
        ("he", "iw heb_Hebr"),
        ("und", "und und_Latn zxx zxx_Zxxx mul mis simple x xx_ NB nob_latn nob_Latn_x a-b"),
    ],
)
def test_one_language_has_one_code_whoever_names_it(code: str, labels: str) -> None:
    assert {label: bcp47(label) for label in labels.split()} == dict.fromkeys(labels.split(), code)
    assert bcp47("") == "und"


def test_every_code_of_cld2_is_a_language_or_undetermined() -> None:
    codes = {code_of(code) for _, code in pycld2.LANGUAGES}
    assert {"nb", "nn", "da", "he", "jv", "bh", "tl", "tw", "sr-ME", "und"} <= codes
    assert not codes & {"no", "iw", "jw", "un", "xxx", "zzp"}
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code) for code in codes)
