import re
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaning.identifier import model
from cleaning.identifier.features import ngrams, tokens
from cleaning.identifier.model import LANGUAGES, Identifier, Weights, nordic
from cleaning.language import Language, engine

SAMPLES = {
    "nb": "Vi kjøpte den nye støvsugeren forrige uke, og den gjør ikke jobben sin i det hele tatt.",
    "nn": "Vi kjøpte den nye støvsugaren førre veka, og han gjer ikkje jobben sin i det heile.",
    "da": "Vi købte den nye støvsuger i sidste uge, og den laver slet ikke det, den skal.",
    "sv": "Vi köpte den nya dammsugaren förra veckan, och den gör inte alls sitt jobb som den ska.",
    "fo": "Vit keyptu nýggja støvsúgvaran í farnu viku, og hann ger als ikki sítt arbeiði.",
    "is": "Við keyptum nýju ryksuguna í síðustu viku og hún vinnur alls ekki vinnuna sína.",
    "en": "We bought the new vacuum cleaner last week, and it does not do its job at all.",
    "de": "Wir haben den neuen Staubsauger letzte Woche gekauft, und er tut überhaupt nicht, was er soll.",
    "fi": "Ostimme uuden pölynimurin viime viikolla, eikä se tee työtään lainkaan.",
    "nl": "We hebben de nieuwe stofzuiger vorige week gekocht en hij doet zijn werk helemaal niet.",
}
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
MIXED_TEXT = st.lists(
    st.sampled_from([*SAMPLES.values(), "\n", "«", "»", " ", "İ", "@ola", "http://a.no/å", "17"])
).map("".join)


@pytest.mark.parametrize(("code", "text"), SAMPLES.items())
@pytest.mark.parametrize("written", [str, str.lower, str.upper])
def test_each_language_is_told_however_it_is_written(code: str, text: str, written) -> None:
    (found,) = engine("nordic")([written(text)])
    assert found.code == code
    assert found.score > 0.9


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("Alle mennesker er født frie og", {"nb", "da"}),
        ("Han kommer", {"nb", "nn", "da"}),
        ("Jeg kommer i morgen", {"nb", "da"}),
        ("Dette er bra", {"nb", "nn"}),
    ],
)
def test_a_text_that_is_valid_in_several_languages_names_them(text: str, valid: set[str]) -> None:
    (found,) = engine("nordic")([text])
    named = {found.code, *found.alternatives}
    assert len(named & valid) >= 2
    assert found.code in valid


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "12345",
            "...",
            "👍",
            "http://www.example.no/norsk/ikkje",
            "@ikkje #noko",
            "xkcd qwzx vvkj zzqp",
            "日本語の本",
        ),
        "C'est le meilleur livre que j'ai jamais lu, je le conseille à tous mes amis.",
        "Este es el mejor libro que he leído en mi vida, se lo recomiendo a todos.",
        "To najlepsza książka, jaką kiedykolwiek czytałem, polecam ją wszystkim.",
        "Ez a legjobb könyv, amit valaha olvastam, mindenkinek ajánlom.",
    ],
)
def test_it_abstains_where_there_is_no_evidence_of_its_languages(text: str) -> None:
    (found,) = engine("nordic")([text])
    assert found.code == "und"


@given(st.lists(ANY_TEXT | MIXED_TEXT, max_size=8))
@example(["", "ord", "", "."])
@example([". . .", "İ. ord \ud800"])
def test_a_text_gets_the_same_answer_alone_and_among_others(texts: list[str]) -> None:
    together = nordic().identify(texts)
    assert together == [nordic().identify([text])[0] for text in texts]
    scores = nordic().probabilities(texts)
    assert scores.shape == (len(texts), len(LANGUAGES) + 1)
    assert np.allclose(scores.sum(1), 1, atol=1e-4)
    for language, row in zip(together, scores, strict=True):
        assert language.code in (*LANGUAGES, "und")
        assert language.score == pytest.approx(float(row[:-1].max() if language.code != "und" else row.max()), abs=1e-3)
        assert language.score == round(language.score, 4)
        assert language.code not in language.alternatives
        assert set(language.alternatives) <= set(LANGUAGES)


@pytest.mark.parametrize("text", ["a@" * 500_000, "@" * 1_000_000, "a" * 1_000_000 + " @", "a:/" * 300_000 + "@"])
def test_no_line_takes_long(text: str) -> None:
    start = time.perf_counter()
    nordic().identify([text])
    nordic().spans(text)
    assert time.perf_counter() - start < 10


def test_threads_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_WORDS", len(nordic().weights.words) + 50)  # so that it must forget
    texts = [text[start:] for text in SAMPLES.values() for start in range(40)]
    fresh = Identifier(nordic().weights)
    expected = nordic().identify(texts)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: fresh.identify([text])[0], texts))
    assert found == expected


def test_its_memory_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_WORDS", len(nordic().weights.words) + 100)
    fresh = Identifier(nordic().weights)
    random = np.random.default_rng(1)
    letters = np.array(list("abdefgiklmnoprstuvyæøå"))
    texts = ["".join(random.choice(letters, 9)) + " " + text for text in SAMPLES.values() for _ in range(50)]
    found = [language for text in texts for language in fresh.identify([text])]
    assert found == nordic().identify(texts)
    assert len(fresh.vectors) == model.MOST_WORDS
    assert fresh.identify(texts) == found  # more new words at once than it has room for


@given(MIXED_TEXT | ANY_TEXT)
def test_spans_are_in_order_and_inside_the_text(text: str) -> None:
    spans = nordic().spans(text)
    end = -1
    for place, span in enumerate(spans):
        assert end < span.start < span.end <= len(text)
        assert tokens(text[span.start : span.end])
        assert place == 0 or spans[place - 1].code != span.code
        end = span.end


QUOTED = (
    "Boka er skrevet på et vakkert norsk, og jeg leste den ut på en kveld. Forfatteren siterer sin farfar: "
    "«Jeg har aldrig kunnet forstå, hvorfor de gamle ikke ville tale om krigen. Det var først bagefter, da vi blev "
    "voksne, at vi begyndte at spørge dem ud.» Slik begynner en reise som gjør inntrykk helt til siste side. "
    "Oppfølgeren, som kom i fjor, er derimot skuffende."
)


def test_a_quotation_in_a_neighbouring_language_is_found() -> None:
    spans = nordic().spans(QUOTED)
    assert [span.code for span in spans] == ["nb", "da", "nb"]
    assert QUOTED[spans[1].start : spans[1].end].startswith("Jeg har aldrig")
    assert QUOTED[spans[1].start : spans[1].end].endswith("spørge dem ud")


def test_many_short_stretches_of_another_language_count_together() -> None:
    text = f"{SAMPLES['nb']} The. And. With. You. This. That. From."
    assert [span.code for span in nordic().spans(text)] == ["nb", "en"]
    assert nordic().identify([text]) == nordic().identify([SAMPLES["nb"]])


def test_an_english_title_is_found_and_the_review_judged_by_its_own_words() -> None:
    text = (
        "Jeg har sett alle filmene, og «The Lord of the Rings: The Fellowship of the Ring» er den beste jeg vet om. "
        "Den er både vakker og skremmende."
    )
    assert [span.code for span in nordic().spans(text)] == ["nb", "en", "nb"]
    (found,) = nordic().identify([text])
    assert (found.code, found.alternatives) == ("nb", ())
    (found,) = nordic().identify([QUOTED])
    assert (found.code, found.alternatives) == ("nb", ())
    assert found.score > 0.95


def features(words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    lots = list(ngrams(words, 16))
    assert all((np.diff(owners) >= 0).all() for owners, _ in lots)
    owners, buckets = zip(*lots, strict=True)
    return np.concatenate(owners), np.concatenate(buckets)


@given(st.lists(st.text("abcæøåß日", min_size=1, max_size=8), min_size=1, max_size=9, unique=True))
@settings(max_examples=50)
def test_a_word_has_the_same_features_in_any_company(words: list[str]) -> None:
    owners, buckets = features(words)
    assert ((buckets >= 0) & (buckets < 1 << 16)).all()
    for place, word in enumerate(words):
        alone = np.sort(features([word])[1])
        assert np.array_equal(np.sort(buckets[owners == place]), alone)
        # a word as a whole, its letters, and all longer stretches up to six of it between blanks
        assert len(alone) == 1 + len(word) + sum(max(0, len(word) + 3 - order) for order in range(2, 7))


def test_the_model_is_small_and_kept_without_pickles(tmp_path) -> None:
    shipped = files("cleaning") / "identifier" / "nordic.npz"
    assert len(shipped.read_bytes()) <= 8_000_000
    nordic().weights.save(tmp_path / "again.npz")
    again = Weights.load(tmp_path / "again.npz")
    assert again.languages == LANGUAGES
    assert again.words == nordic().weights.words
    assert Identifier(again).identify(list(SAMPLES.values())) == nordic().identify(list(SAMPLES.values()))


def test_a_broken_model_is_refused(tmp_path) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(ValueError, match=re.escape(str(path))):
        Identifier.load(path)


def test_an_empty_batch_is_no_trouble() -> None:
    assert nordic().identify([]) == []
    assert nordic().identify(["", "."]) == [Language("und", 1.0)] * 2
