"""NoReC_sentence and NoReC_fine: labels, groups, text put together again, and what is refused."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import Corpus
from scrapers.record import document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.norec_fine import norec_fine
from scrapers.sources.norec_sentence import detokenised, norec_sentence, norec_sentence_mixed

from .reading import read, read_or_refuse
from .replicas.norec_sentence import label_lists, opinion, opinions, sentences

URL = "https://raw.githubusercontent.com/ltgoslo/norec_sentence/HEAD/3class/dev.json"


def row(**values: Any) -> bytes:
    """A file of one sentence."""
    return json.dumps([{"sent_id": "201911-01-01", "text": "Philips 190G6", "label": "Neutral"} | values]).encode()


def test_a_sentence_keeps_its_label_and_belongs_to_its_review() -> None:
    (found,) = read(norec_sentence, row(), URL)
    assert (found.text, found.label, found.url) == ("Philips 190G6", "Neutral", f"{URL}#201911-01-01")
    assert found.group == document_id("norec", "201911"), "NoReC itself puts the review into another group"
    assert found.id == document_id("norec-sentence", "201911-01-01")


@pytest.mark.parametrize(
    ("source", "body", "labels"),
    [
        (
            norec_sentence,
            sentences("dev", "Positive", "Negative", "Neutral"),
            {"Positive": 2, "Negative": 2, "Neutral": 2},
        ),
        (norec_sentence_mixed, label_lists("dev"), {"Positive": 2, "Negative": 2, "Neutral": 2, "Mixed": 2}),
        (norec_fine, opinions("dev"), {"Positive": 2, "Negative": 2, "Neutral": 2, "Mixed": 2}),
    ],
)
def test_every_configuration_names_sentiment_alike(source: Corpus, body: Any, labels: dict[str, int]) -> None:
    found = read(source, body.body, URL)
    assert Counter(sentence.label for sentence in found) == labels
    assert len({sentence.group for sentence in found}) == 2
    assert {sentence.text for sentence in found} >= {
        "«Havet» er, kort sagt, en fest!",
        "Ho sovna (to gonger) før slutten.",
    }


@pytest.mark.parametrize(
    ("polarities", "label"),
    [([], "Neutral"), (["Positive"], "Positive"), (["Negative"] * 2, "Negative"), (["Negative", "Positive"], "Mixed")],
)
def test_a_sentence_has_the_polarity_that_its_opinions_share(polarities: list[str], label: str) -> None:
    row = {"sent_id": "202263-20-01", "text": "x", "opinions": [opinion(polarity) for polarity in polarities]}
    assert [sentence.label for sentence in read(norec_fine, json.dumps([row]).encode(), URL)] == [label]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("Hun avslutter , lurt nok , med en hit .", "Hun avslutter, lurt nok, med en hit."),
        ("« The Descendants » ( Etterkommerne ) er", "«The Descendants» (Etterkommerne) er"),
        ('den femte " Die hard " -filmen', 'den femte "Die hard"-filmen'),
        ("« Oceans » -filmer , batterikapasitet og -kraft", "«Oceans»-filmer, batterikapasitet og -kraft"),
        ("“ Naivt ” og “ drømmende ”", "“Naivt” og “drømmende”"),
        ("” Naivt ” og ” drømmende ”", "”Naivt” og ”drømmende”"),
        ('• 17 " lettmetallfelg', '• 17 " lettmetallfelg'),
        ("stikker ut - her er det – ikke snakk", "stikker ut - her er det – ikke snakk"),
        ("Canterbury- mann ! ?", "Canterbury- mann!?"),
        ("en Colt .45 og ...", "en Colt .45 og..."),
        ("1 - 2 og / eller 0 - 100 km/t", "1-2 og/eller 0-100 km/t"),
        ("Collector ’ s Edition til Elvis ’ ære", "Collector’s Edition til Elvis’ ære"),
        ("ferdig.", "ferdig."),
        ("", ""),
    ],
)
def test_tokens_are_put_together(tokens: str, text: str) -> None:
    assert detokenised(tokens) == text


@given(st.text(alphabet='ab1«»"”“()[].,:;!?…-/’ ', max_size=40))
def test_putting_together_changes_nothing_but_spaces(text: str) -> None:
    joined = detokenised(text)
    assert joined.replace(" ", "") == text.replace(" ", "")
    assert detokenised(joined).replace(" ", "") == joined.replace(" ", "")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"[1]", b"[{}]", row()[:-1], row(label=None), row(label=[]), row(label=[1]), row(text=None)]
    + [row(sent_id=key) for key in ("", "201911", "x-01-01", 7)]
    + [b'{"message": "Not Found"}', b"404: Not Found", b"\xff\xfe", b"[" * 100_000],
)
@pytest.mark.parametrize("source", [norec_sentence, norec_fine], ids=lambda source: source.name)
def test_another_shape_is_refused(source: Corpus, body: bytes) -> None:
    with pytest.raises(CollectError, match=r"dev\.json(: not the layout of norec|, got an empty file)"):
        read(source, body, URL)


@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["sent_id", "text", "label", "opinions", "Polarity"]), inner, max_size=4)
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps([value]).encode())
)
def test_any_bytes_give_sentences_or_an_error(body: bytes) -> None:
    for source in (norec_sentence, norec_fine):
        for sentence in read_or_refuse(source, body, URL) or []:
            assert sentence.label


def test_a_configuration_that_does_not_exist_is_named(collecting: Callable[..., Collecting]) -> None:
    with pytest.raises(CollectError, match="config is '4class', expected one of 3class, binary, mixed_class_list"):
        next(replace(norec_sentence, config="4class").documents(collecting()))
