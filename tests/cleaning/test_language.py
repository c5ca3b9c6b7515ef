import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaning.language import CODES, UNDETERMINED, Language, bcp47, engine
from cleaning.step import CleanError
from cleaning.steps.language import identify

SAMPLES = {
    "nb": [
        "Jeg har lest mange bøker av denne forfatteren, og vet ikke om noen som er bedre enn dem.",
        "Vi kjøpte den nye støvsugeren forrige uke, og den gjør ikke jobben sin i det hele tatt.",
    ],
    "nn": [
        "Eg har lese mange bøker av denne forfattaren, men eg veit ikkje om noka som er betre.",
        "Vi kjøpte den nye støvsugaren førre veka, og han gjer ikkje jobben sin i det heile.",
    ],
    "da": [
        "Jeg har læst mange bøger af denne forfatter, men den her er nok den bedste indtil videre.",
        "Vi købte den nye støvsuger i sidste uge, og den laver slet ikke det, den skal.",
    ],
    "sv": [
        "Jag har läst många böcker av den här författaren, men den här är den bästa hittills.",
        "Vi köpte den nya dammsugaren förra veckan, och den gör inte alls sitt jobb som den ska.",
    ],
    "en": [
        "I have read many books by this author, but this one is the best of them so far.",
        "We bought the new vacuum cleaner last week, and it does not do its job at all.",
    ],
}
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAMPLES.items() for text in texts])
def test_neighbouring_languages_are_told_apart(code: str, text: str) -> None:
    assert len(text.split()) >= 12
    found = engine("polyglot")(text)
    assert found.code == code
    assert found.score > 0.9
    assert code not in found.alternatives


@given(ANY_TEXT)
@example("")
@example("\x00")
@example("\ud800 \udfff")
@example("\ufdd0\uffff\U0010fffe")
@example("👍👍🏽👩‍🚀")
@example("bok")
@example("ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ")
@example("atinlay igpay isway unfay otay eakspay andway otay itewray")
@example("שלום לכולם, זה טקסט בעברית על ספר טוב מאוד")
@example("这是一本很好的书，我非常喜欢它，谢谢大家。")
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = engine("polyglot")(text)
    assert 0 <= found.score <= 1
    for code in (found.code, *found.alternatives):
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code)
        assert code not in ("no", "iw", "un", "zz")
    assert UNDETERMINED not in found.alternatives
    assert found.code not in found.alternatives


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "12345 ...", "👍", "\ud800"])
def test_the_engine_abstains_where_there_is_nothing_to_go_by(text: str) -> None:
    assert engine("polyglot")(text) == Language("und", 0.0)


def test_every_code_of_the_engine_is_a_language_or_undetermined() -> None:
    pycld2 = pytest.importorskip("pycld2")
    codes = {bcp47(code) for _, code in pycld2.LANGUAGES}
    assert {"nb", "nn", "da", "he", "und"} <= codes
    assert not codes & {*CODES, "xxx", "zzp"}
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code) for code in codes)
    assert bcp47("zh_Hant") == "zh-Hant"


def test_long_text_is_no_trouble() -> None:
    assert engine("polyglot")((SAMPLES["nb"][0] + " ") * 1300).code == "nb"


def test_a_text_in_two_languages_names_both() -> None:
    found = engine("polyglot")(" ".join(SAMPLES["nb"]) + "\n" + " ".join(SAMPLES["en"]))
    assert {found.code, *found.alternatives} >= {"nb", "en"}
    assert found.score < 0.9


def test_nothing_is_printed_or_logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for text in ("bok", "ok", "", "asdf qwer zxcv", *SAMPLES["nn"]):
            engine("polyglot")(text)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_threads_give_the_same_answers() -> None:
    texts = [text for texts in SAMPLES.values() for text in texts] * 40
    expected = [engine("polyglot")(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine("polyglot"), texts)) == expected


def test_the_step_fills_the_columns(document) -> None:
    found = identify(document(SAMPLES["nn"][0]))
    assert (found.lang, found.lang_alternatives) == ("nn", ())
    assert found.lang_score is not None and found.lang_score > 0.9


def test_an_unknown_engine_is_refused_with_the_nearest() -> None:
    with pytest.raises(CleanError, match=r"'polyglott'; did you mean 'polyglot'\?"):
        engine("polyglott")
