import random
import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.duplicates import (
    BANDS,
    BUCKET,
    ROWS,
    candidates,
    choose,
    clusters,
    digest,
    jaccard,
    shingles,
    signatures,
    verified,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
WORDS = [
    f"{a}{b}{c}" for a in ("bo", "ma", "fi", "tru", "ske") for b in ("k", "tt", "lm", "rd") for c in ("a", "en", "er")
]


def prose(chance: random.Random, words: int) -> list[str]:
    """So many words, drawn by chance."""
    return [chance.choice(WORDS) for _ in range(words)]


def perturbed(text: list[str], changes: int, chance: random.Random) -> list[str]:
    """The text with some of its words replaced."""
    found = list(text)
    for place in chance.sample(range(len(text)), changes):
        found[place] = chance.choice(WORDS)
    return found


def found_pairs(texts: list[str], threshold: float) -> dict[tuple[int, int], float]:
    """The near-duplicates that banding and verification find."""
    pairs = candidates(signatures(texts))
    return {(left, right): s for left, right, s in verified(pairs, dict(enumerate(texts)), threshold)}


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Bra bok!", "  bra   BOK. ", True),
        ("STRASSE", "straße", True),
        ("en_to", "en to", True),
        ("bra bok", "brabok", False),
        ("5 av 6", "6 av 6", False),
        ("👍", "👎", False),
        ("***", "****", False),
        ("", " ", True),
    ],
)
def test_case_and_punctuation_do_not_make_a_text(left: str, right: str, same: bool) -> None:
    assert (digest(left) == digest(right)) == same


@given(TEXT, TEXT)
def test_the_similarity_is_that_of_the_sets_of_shingles(left: str, right: str) -> None:
    a, b = shingles(left), shingles(right)
    assert jaccard(a, a) == 1
    assert jaccard(a, b) == jaccard(b, a) == len(a & b) / len(a | b)
    assert all(len(shingle) <= 5 for shingle in a)


def test_shingles_are_five_characters_or_the_whole_text() -> None:
    assert shingles("Bra bok") == {"bra b", "ra bo", "a bok"}
    assert shingles("bra") == {"bra"}
    assert shingles("") == {""}


@given(st.lists(st.text("abcæøå ,", min_size=1, max_size=40), max_size=6))
def test_texts_equal_but_for_case_and_punctuation_have_equal_signatures(texts: list[str]) -> None:
    found = signatures([f"a{text}" for text in texts])
    assert found.shape == (len(texts), BANDS * ROWS) and found.dtype == np.uint32
    assert np.array_equal(found, signatures([f"  A{text.upper()}!? " for text in texts]))


def test_pairs_of_similarity_eight_tenths_are_found_and_no_others() -> None:
    chance = random.Random(3)
    texts = []
    for _ in range(150):
        text = prose(chance, chance.choice([5, 8, 15, 40, 120]))
        texts += [" ".join(perturbed(text, changes, chance)) for changes in {0, 1, max(1, len(text) // 20)}]
    sets = [shingles(text) for text in texts]
    truth = {pair for pair in combinations(range(len(texts)), 2) if jaccard(sets[pair[0]], sets[pair[1]]) >= 0.8}
    found = found_pairs(texts, 0.8)
    assert len(truth) > 150
    assert set(found) <= truth
    assert len(found) >= 0.98 * len(truth)
    assert all(found[i, j] == jaccard(sets[i], sets[j]) for i, j in found)


def test_texts_of_five_words_are_compared() -> None:
    texts = ["Veldig bra bok om hesteavl", "Veldig bra bok om hesteavlen", "Elendig mat på denne kneipa"]
    assert set(found_pairs(texts, 0.8)) == {(0, 1)}


def test_a_bucket_of_templates_is_bounded_and_still_collapses() -> None:
    template = "Denne anmeldelsen er skrevet av en verifisert kunde som har kjøpt varen i butikken vår. " * 4
    texts = [f"{template} {number}" for number in range(2000)]
    signature = signatures(texts)
    started = time.monotonic()
    pairs = candidates(signature)
    found = choose(verified(pairs, dict(enumerate(texts)), 0.8))
    assert time.monotonic() - started < 30
    assert len(pairs) <= len(texts) * BUCKET * 4
    assert len(found) == len(texts) - 1


def test_nothing_has_no_candidates() -> None:
    assert candidates(signatures([])) == set()
    assert candidates(signatures(["alene"])) == set()
    assert candidates(signatures(["", ""])) == {(0, 1)}


GRAPH = st.dictionaries(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: pair[0] < pair[1]),
    st.floats(0.8, 1),
    max_size=60,
)


@given(GRAPH, st.randoms())
def test_what_is_dropped_repeats_what_is_kept_and_nothing_kept_repeats_another(
    graph: dict[tuple[int, int], float], chance: random.Random
) -> None:
    pairs = [(*pair, similarity) for pair, similarity in graph.items()]
    found = choose(pairs)
    for row, (kept, similarity) in found.items():
        assert kept not in found
        assert kept < row
        assert graph[kept, row] == similarity
        assert similarity == max(s for (a, b), s in graph.items() if b == row and a not in found)
    assert not any(left not in found and right not in found for left, right in graph)
    chance.shuffle(pairs)
    assert choose(pairs) == found


@given(GRAPH)
def test_a_cluster_is_all_that_is_connected(graph: dict[tuple[int, int], float]) -> None:
    tied = clusters((*pair, similarity) for pair, similarity in graph.items())
    assert set(tied) == {row for pair in graph for row in pair}
    assert all(tied[left] == tied[right] for left, right in graph)
    assert all(tied[name] == name <= row for row, name in tied.items())
    for name in set(tied.values()):
        reached = {name}
        while more := {row for pair in graph if reached & set(pair) for row in pair} - reached:
            reached |= more
        assert reached == {row for row, other in tied.items() if other == name}
