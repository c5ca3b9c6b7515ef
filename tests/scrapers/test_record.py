"""The record: one row in and out, one schema, ids and ratings that mean the same everywhere."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.record import (
    DROPPED_SCHEMA,
    SCHEMA,
    Document,
    Dropped,
    document_id,
    dropped_table,
    normalised_rating,
    now,
    table,
)

SURROGATES = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF)
ANY_TEXT = st.text(st.one_of(st.characters(), SURROGATES, st.sampled_from('\n\r\t\0\u2028😀æ"\\')))
OPTIONAL = st.none() | ANY_TEXT
MOMENTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)

DOCUMENTS = st.builds(
    Document,
    id=st.text("0123456789abcdef", min_size=16, max_size=16),
    text=ANY_TEXT,
    title=OPTIONAL,
    source=ANY_TEXT,
    url=ANY_TEXT,
    licence=ANY_TEXT,
    collected_at=MOMENTS,
    published=st.none() | st.dates(),
    group=OPTIONAL,
    label=OPTIONAL,
    rating=NUMBERS,
    raw_rating=OPTIONAL,
    lang=OPTIONAL,
    lang_score=NUMBERS,
    lang_alternatives=st.none() | st.lists(ANY_TEXT).map(tuple),
    reserved=st.sampled_from(["open", "no-train", "unknown"]),
)


@given(DOCUMENTS)
def test_a_document_comes_back_from_its_row_of_json(document: Document) -> None:
    assert Document.from_row(json.loads(json.dumps(document.row()))) == document


@given(st.lists(DOCUMENTS, max_size=3))
def test_a_document_comes_back_from_arrow_with_lone_surrogates_replaced(documents: list[Document]) -> None:
    found = [Document.from_row(row) for row in table(documents).to_pylist()]
    whole = [d.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for d in documents]
    assert [d.text for d in found] == whole
    assert [(d.id, d.collected_at, d.published, d.rating) for d in found] == [
        (d.id, d.collected_at, d.published, d.rating) for d in documents
    ]


def test_half_an_emoji_becomes_one_replacement_character_and_two_halves_the_emoji(document) -> None:
    texts = table([document(text="a\ud83db"), document(text="\ud83d\ude00"), document(text="å", group="\udc00")])
    assert texts["text"].to_pylist() == ["a\ufffdb", "😀", "å"]
    assert texts["group"].to_pylist() == [None, None, "\ufffd"]


def test_the_schema_has_the_columns_of_the_record_in_its_order() -> None:
    assert SCHEMA.names == list(Document.__struct_fields__)
    assert DROPPED_SCHEMA.names == [*SCHEMA.names, "stage", "rule", "value", "threshold", "part"]


def test_an_id_is_the_same_in_every_crawl() -> None:
    assert document_id("demo-books", "http://demo.kvern.example/boker/x/#a-1") == "565dc709e92cc879"
    assert document_id("ab", "c") != document_id("a", "bc")
    assert len(document_id("s", "\ud83d")) == 16


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, r"unknown \['extra'\]"),
        ({"text": ...}, r"missing \['text'\]"),
        ({"collected_at": "yesterday"}, "Invalid isoformat"),
        ({"published": "2024-13-01"}, "month must be"),
    ],
)
def test_a_row_that_is_no_record_is_refused(document, change: dict[str, object], message: str) -> None:
    row = {name: value for name, value in (document().row() | change).items() if value is not ...}
    with pytest.raises(ValueError, match=message):
        Document.from_row(row)


@pytest.mark.parametrize(
    ("value", "worst", "best", "expected"),
    [(1, 1, 6, 0), (6, 1, 6, 1), (3, 1, 5, 0.5), (4.5, 1, 5, 0.875), (1, 5, 1, 1.0), (2, 1, 4, 0.333333)],
)
def test_a_rating_is_a_number_from_0_to_1(value: float, worst: float, best: float, expected: float) -> None:
    assert normalised_rating(value, worst=worst, best=best) == expected


@pytest.mark.parametrize("value", [0, 6.01, -1, float("nan"), float("inf")])
def test_a_rating_off_its_scale_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not on the scale 1 to 6"):
        normalised_rating(value, worst=1, best=6)


def test_a_scale_of_one_point_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        normalised_rating(3, worst=3, best=3)


def test_the_time_of_collection_is_utc_and_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= now() <= datetime.now(UTC)
    assert now().microsecond == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert now() == datetime(1970, 1, 2, tzinfo=UTC)


def test_a_dropped_document_carries_rule_value_threshold_and_part(document) -> None:
    dropped = [Dropped(document(published=date(2024, 1, 1)), "clean", "too_short", "2", "3", "Bra!")] * 2
    found = dropped_table(dropped)
    assert found.schema.equals(DROPPED_SCHEMA, check_metadata=True)
    assert (
        found.select(["stage", "rule", "value", "threshold", "part"]).to_pylist()
        == [{"stage": "clean", "rule": "too_short", "value": "2", "threshold": "3", "part": "Bra!"}] * 2
    )
    assert dropped_table([]).num_rows == 0


def test_an_empty_column_keeps_its_type(document) -> None:
    assert table([document()]).schema.equals(SCHEMA, check_metadata=True)
    assert table([]).schema.field("rating").type == pa.float64()
