import random
import time
import unicodedata
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.duplicates import (
    BANDS,
    BATCH,
    BUCKET,
    ROWS,
    SHINGLE,
    candidates,
    canonical,
    choose,
    clusters,
    digests,
    fingerprints,
    jaccard,
    shingles,
    signatures,
)

ANY_TEXT = st.text(max_size=60) | st.text("aAæß \n-\u00ad\u0300\u093f\ufe0f\ud800\x00👍", max_size=30)
WORDS = [
    f"{a}{b}{c}" for a in ("bo", "ma", "fi", "tru", "ske") for b in ("k", "tt", "lm", "rd") for c in ("a", "en", "er")
]


def plain(text: str) -> str:
    """The canonical form of a text, as text."""
    found = canonical([text])
    return found.wordless.get(0, "".join(chr(code) if code else " " for code in found.codes.tolist()).strip())


def digest(text: str) -> bytes:
    """The digest of one text."""
    return digests(canonical([text]))[0]


def grams(text: str) -> set[str]:
    """The set of shingles as the definition says: slow, and of texts."""
    found = plain(text)
    wordless = bool(canonical([text]).wordless)
    return {found} if wordless else {found[i : i + SHINGLE] for i in range(max(1, len(found) - SHINGLE + 1))}


def exact(left: str, right: str) -> float:
    """The Jaccard similarity of two texts by that definition."""
    a, b = grams(left), grams(right)
    return len(a & b) / len(a | b)


def prose(chance: random.Random, words: int) -> list[str]:
    """So many words, drawn by chance."""
    return [chance.choice(WORDS) for _ in range(words)]


def perturbed(text: list[str], changes: int, chance: random.Random) -> list[str]:
    """The text with some of its words replaced."""
    found = list(text)
    for place in chance.sample(range(len(text)), changes):
        found[place] = chance.choice(WORDS)
    return found


def pairs_of(texts: list[str]) -> set[tuple[int, int]]:
    """The pairs that agree in a band or more, the earlier text first."""
    bands = fingerprints(texts)[1]
    found = {pair for band in range(BANDS) for pair in candidates(bands[:, band]).tolist()}
    return {(pair & 0xFFFFFFFF, pair >> 32) for pair in found}


def near_pairs(texts: list[str], threshold: float) -> dict[tuple[int, int], float]:
    """The near-duplicates that banding and verification find."""
    sets = [shingles(text) for text in texts]
    found = {(left, right): jaccard(sets[left], sets[right]) for left, right in pairs_of(texts)}
    return {pair: similarity for pair, similarity in found.items() if similarity >= threshold}


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Bra bok!", "  bra   BOK. ", True),
        ("STRASSE", "straße", True),
        ("en_to", "en to", True),
        ("bra bok", "brabok", False),
        ("5 av 6", "6 av 6", False),
        ("👍", "👎", False),
        ("bra ❤\ufe0f bok", "bra ❤ bok", True),
        ("***", "****", False),
        ("***", " *** ", True),
        ("", " ", True),
        ("på", "pa\u030a", True),  # a letter and a combining ring
        ("ma\u00adskin", "maskin", True),  # a soft hyphen is not seen
        ("हिन्दी", "हिनदी", False),  # without the virama, another word
        ("किताब", "कताब", False),  # a vowel sign
        ("كِتاب", "كتاب", False),
        ("میخواهم", "می\u200cخواهم", True),  # a zero-width non-joiner
        ("bra\x00bok", "bra bok", True),
    ],
)
def test_equal_but_for_case_punctuation_and_composition_is_equal(left: str, right: str, same: bool) -> None:
    assert (digest(left) == digest(right)) == same
    assert (jaccard(shingles(left), shingles(right)) == 1) == same


def test_the_words_of_every_script_stay_whole() -> None:
    assert plain("Ka, हिन्दी-किताब (แม่น้ำ)! 日本語 ١٢٣") == "ka हिन्दी किताब แม่น้ำ 日本語 ١٢٣"


def test_shingles_are_five_characters_or_the_whole_text() -> None:
    assert len(shingles("Bra bok")) == len(grams("Bra bok")) == 3
    assert len(shingles("bra")) == len(shingles("")) == len(shingles("★★★★★★★★")) == 1


@given(ANY_TEXT, ANY_TEXT)
def test_the_similarity_is_that_of_the_sets_of_shingles(left: str, right: str) -> None:
    a, b = shingles(left), shingles(right)
    assert np.all(a[1:] > a[:-1])
    assert jaccard(a, b) == jaccard(b, a) == pytest.approx(exact(left, right), abs=0)
    assert (digest(left) == digest(right)) == (plain(left) == plain(right))


@given(ANY_TEXT)
def test_a_text_is_compared_the_same_beside_a_character_that_folds_to_two(text: str) -> None:
    assert plain(f"{text} x ß").split(" ") == [*plain(f"{text} x").split(" "), "ss"]


@given(st.text(st.characters(exclude_categories=("Cf", "Cs", "Cn")), max_size=30))
def test_composition_makes_no_other_text(text: str) -> None:
    assert plain(f"x {unicodedata.normalize('NFD', text)}") == plain(f"x {unicodedata.normalize('NFC', text)}")


@given(st.lists(ANY_TEXT, max_size=8))
def test_what_stands_beside_a_text_does_not_change_it(texts: list[str]) -> None:
    values, bands = fingerprints(texts)
    assert bands.shape == (len(texts), BANDS)
    for number, text in enumerate(texts):
        alone = fingerprints([text])
        assert values[number] == alone[0][0]
        assert np.array_equal(bands[number], alone[1][0])


@given(st.lists(st.text("abcæøå ,", min_size=1, max_size=40), max_size=6))
def test_texts_equal_but_for_case_and_punctuation_have_equal_signatures(texts: list[str]) -> None:
    found = signatures(canonical([f"a{text}" for text in texts]))
    assert found.shape == (len(texts), BANDS * ROWS)
    assert np.array_equal(found, signatures(canonical([f"  A{text.upper()}!? " for text in texts])))


def test_pairs_of_similarity_eight_tenths_are_found_and_no_others() -> None:
    chance = random.Random(3)
    texts = []
    for _ in range(150):
        text = prose(chance, chance.choice([5, 8, 15, 40, 120]))
        texts += [" ".join(perturbed(text, changes, chance)) for changes in {0, 1, max(1, len(text) // 20)}]
    truth = {(i, j): exact(texts[i], texts[j]) for i, j in combinations(range(len(texts)), 2)}
    truth = {pair: similarity for pair, similarity in truth.items() if similarity >= 0.8}
    found = near_pairs(texts, 0.8)
    assert len(truth) > 150
    assert found.items() <= truth.items()
    assert len(found) >= 0.98 * len(truth)


def test_texts_of_five_words_are_compared() -> None:
    texts = ["Veldig bra bok om hesteavl", "Veldig bra bok om hesteavlen", "Elendig mat på denne kneipa"]
    assert set(near_pairs(texts, 0.8)) == {(0, 1)}


def test_a_bucket_of_templates_is_bounded_and_still_collapses() -> None:
    template = "Denne anmeldelsen er skrevet av en verifisert kunde som har kjøpt varen i butikken vår. " * 4
    texts = [f"{template} {number}" for number in range(2000)]
    found = near_pairs(texts, 0.8)
    assert len(found) <= len(texts) * BUCKET * 4
    left, right = np.array(list(found)).T
    kept, _ = choose(left, right, np.array(list(found.values())), len(texts))
    assert set(kept.tolist()) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 3_000_000,
        " " * 3_000_000,
        "\u0301" * 100_000,
        "\ud800" * 100_000,
        "å! " * 10**6,
        "a" + "\u0301\u0323" * 10**6,
    ],
)
def test_megabytes_of_one_character_take_no_more_time_than_prose(text: str) -> None:
    started = time.process_time()
    values, bands = fingerprints([text, "bra bok"])
    assert time.process_time() - started < 5
    assert values[1] == digest("bra bok") and bands.shape == (2, BANDS)


def test_many_texts_are_worked_on_a_batch_at_a_time() -> None:
    texts = ["ord " * (BATCH // 10)] * 5 + ["", "bra bok"]
    values, bands = fingerprints(texts)
    assert len(values) == len(bands) == 7
    assert len(set(values[:5])) == 1 and values[6] == digest("bra bok")


def test_nothing_has_no_candidates() -> None:
    assert pairs_of([]) == pairs_of(["alene"]) == set()
    assert pairs_of(["", ""]) == {(0, 1)}


@given(st.lists(st.integers(0, 6), max_size=40))
def test_candidates_are_all_pairs_of_a_small_bucket(bands: list[int]) -> None:
    found = candidates(np.array(bands, np.uint64))
    pairs = {(i, j) for i, j in combinations(range(len(bands)), 2) if bands[i] == bands[j]}
    if all(bands.count(band) <= BUCKET for band in bands):
        assert len(found) == len(pairs)
    assert {(pair & 0xFFFFFFFF, pair >> 32) for pair in found.tolist()} <= pairs


GRAPH = st.dictionaries(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: pair[0] < pair[1]),
    st.floats(0.8, 1),
    max_size=60,
)
COUNT = 31
Pairs = list[tuple[tuple[int, int], float]]


def arrays(pairs: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left, right and similarity of the pairs."""
    ends = np.array([pair for pair, _ in pairs], np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1], np.array([similarity for _, similarity in pairs], np.float64)


@given(GRAPH, st.randoms())
def test_what_is_dropped_repeats_what_is_kept_and_nothing_kept_repeats_another(
    graph: dict[tuple[int, int], float], chance: random.Random
) -> None:
    pairs = list(graph.items())
    kept, similarity = choose(*arrays(pairs), COUNT)
    dropped = set(np.flatnonzero(kept != np.arange(COUNT)).tolist())
    for row in dropped:
        assert kept[row] not in dropped
        assert kept[row] < row
        assert graph[kept[row], row] == similarity[row]
        assert similarity[row] == max(s for (a, b), s in graph.items() if b == row and a not in dropped)
    assert not any(left not in dropped and right not in dropped for left, right in graph)
    assert np.all(similarity[kept == np.arange(COUNT)] == 1)
    chance.shuffle(pairs)
    again, values = choose(*arrays(pairs), COUNT)
    assert np.array_equal(again, kept) and np.array_equal(values, similarity)


@given(GRAPH)
def test_a_cluster_is_all_that_is_connected(graph: dict[tuple[int, int], float]) -> None:
    left, right, _ = arrays(list(graph.items()))
    labels = clusters(left, right, COUNT)
    for start in range(COUNT):
        reached = {start}
        while more := {row for pair in graph if reached & set(pair) for row in pair} - reached:
            reached |= more
        assert reached == set(np.flatnonzero(labels == labels[start]).tolist())
