import logging
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaning.language import UNDETERMINED, Language, engine, fingerprint_of, likeliest
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
POLYGLOT = engine("polyglot")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAMPLES.items() for text in texts])
def test_neighbouring_languages_are_told_apart(code: str, text: str) -> None:
    assert len(text.split()) >= 12
    (found,) = POLYGLOT([text])
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
    (found,) = POLYGLOT([text])
    assert 0 <= found.score <= 1
    for code in (found.code, *found.alternatives):
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code)
        assert code not in ("no", "iw", "un", "zz")
    assert UNDETERMINED not in found.alternatives
    assert found.code not in found.alternatives


@given(st.lists(ANY_TEXT | st.sampled_from([text for texts in SAMPLES.values() for text in texts]), max_size=8))
def test_a_batch_is_answered_as_its_texts_are_one_by_one(texts: list[str]) -> None:
    assert POLYGLOT(texts) == [found for text in texts for found in POLYGLOT([text])]


def test_the_likeliest_language_comes_with_those_that_have_a_tenth() -> None:
    found = [("da", 0.500001), ("nb", 0.25), ("und", 0.2), ("nb", 0.15), ("da", 0.12), ("sv", 0.1), ("nn", 0.09)]
    assert likeliest(found) == Language("da", 0.5, ("nb", "sv"))
    assert likeliest([("nn", 1.00002)]) == Language("nn", 1.0)


def test_long_text_is_no_trouble() -> None:
    assert POLYGLOT([(SAMPLES["nb"][0] + " ") * 1300])[0].code == "nb"


def test_a_text_in_two_languages_names_both() -> None:
    (found,) = POLYGLOT([" ".join(SAMPLES["nb"]) + "\n" + " ".join(SAMPLES["en"])])
    assert {found.code, *found.alternatives} >= {"nb", "en"}
    assert found.score < 0.9


def test_nothing_is_printed_or_logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        POLYGLOT(["bok", "ok", "", "asdf qwer zxcv", *SAMPLES["nn"]])
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_threads_load_an_engine_once_and_get_the_same_answers() -> None:
    texts = [text for texts in SAMPLES.values() for text in texts] * 40
    batches = [texts[start : start + 20] for start in range(0, len(texts), 20)]
    with ThreadPoolExecutor(8) as pool:
        assert len({id(found) for found in pool.map(engine, ["polyglot"] * 16)}) == 1
        assert [item for found in pool.map(POLYGLOT, batches) for item in found] == POLYGLOT(texts)


def test_the_step_fills_the_columns_of_many_documents_in_their_order(document) -> None:
    documents = [document(SAMPLES[code][0]) for code in ("nn", "en", "nb")]
    found = identify(documents, engine="polyglot")
    assert [item.lang for item in found] == ["nn", "en", "nb"]
    assert [item.id for item in found] == [item.id for item in documents]
    assert all(item.lang_score > 0.9 and item.lang_alternatives == () for item in found)
    assert identify([], engine="polyglot") == []


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        (unicodedata.normalize("NFD", "Jeg må gå på do nå"), "Jeg må gå på do nå"),
        ("Jeg\x0cvet\x00ikke\x85noe", "Jeg vet ikke noe"),
        ("Jeg v\u00adet i\u200bkke", "Jeg vet ikke"),
    ],
)
def test_engines_see_text_as_a_reader_does(odd: str, plain: str) -> None:
    assert engine("nordic")([odd]) == engine("nordic")([plain])


def test_long_texts_are_judged_by_their_beginning_and_many_by_the_lot() -> None:
    long = "Eg veit ikkje. " * 700_000
    texts = [long, *SAMPLES["da"], "", *["Vi vet ikke hva det er"] * 2_500]
    found = engine("nordic")(texts)
    assert [item.code for item in found[:4]] == ["nn", "da", "da", "und"]
    assert found[4:] == engine("nordic")(["Vi vet ikke hva det er"]) * 2_500


def test_the_version_of_a_package_is_part_of_an_engine() -> None:
    assert {version("polyglot"), version("pycld2")} <= set(fingerprint_of("polyglot"))
    assert {version("polyglot"), version("pycld2")} <= set(fingerprint_of("cascade"))
