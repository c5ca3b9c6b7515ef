"""UCSD Amazon: what a review becomes, that a line is read and never run, and what is refused."""

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from scrapers.record import document_id
from scrapers.source import CollectError
from scrapers.sources.amazon import ucsd_amazon

from .reading import damaged, read, read_or_refuse
from .replicas.amazon import DATA, PATIO, line, packed


def test_a_review_keeps_what_is_said_and_not_who_said_it() -> None:
    (review,) = read(ucsd_amazon, packed(line(1, overall=2.0)), DATA)
    assert review.text == "I have used this shovel for 1 winters.It does not bend &#8217;til spring."
    assert (review.title, review.rating, review.raw_rating) == ("Shovel", 0.25, "2.0")
    assert (review.group, review.published, review.licence) == ("B000000000", date(2014, 3, 1), "unknown")
    assert (review.url, review.lang) == (f"{DATA}#1", None)
    assert review.id == document_id("ucsd-amazon", "B000000000/A0000000000001/1396224000")
    for personal in ("A0000000000001", "Invented", "1396224000"):
        assert personal not in json.dumps(review.row())


def test_a_line_in_python_is_the_review_that_it_is_in_json() -> None:
    quoted = line(5, reviewText='It\'s "fine"\\ é\u2028', helpful=None)
    in_json, in_python = (read(ucsd_amazon, packed(body), DATA)[0] for body in (quoted, repr(quoted)))
    assert structs.replace(in_python, collected_at=in_json.collected_at) == in_json


def test_a_review_without_a_text_is_one_for_cleaning_to_drop() -> None:
    assert [review.text for review in read(ucsd_amazon, packed(line(1, reviewText="")), DATA)] == [""]


def test_python_in_a_line_is_not_run(tmp_path: Path) -> None:
    stroke = tmp_path / "run"
    for code in (f"open({str(stroke)!r}, 'w')", f"{{'asin': open({str(stroke)!r}, 'w')}}", "-" * 90_000 + "1"):
        with pytest.raises(CollectError, match=r"line 1: not the layout of ucsd-amazon \(ValueError"):
            read(ucsd_amazon, packed(code), DATA)
    assert not stroke.exists()


@pytest.mark.parametrize(
    "changes",
    [{"overall": 6}, {"overall": "4.0"}, {"overall": None}, {"asin": None}, {"reviewText": 7}, {"reviewText": None}]
    + [{"unixReviewTime": value} for value in (-1, 1 << 40, 1.5, "now")],
    ids=str,
)
def test_a_line_that_is_no_review_is_named(changes: dict[str, Any]) -> None:
    for write in (dict, repr):
        with pytest.raises(CollectError, match=r"Garden_5\.json\.gz, line 2: not the layout of ucsd-amazon"):
            read(ucsd_amazon, packed(line(1), write(line(2, **changes))), DATA)


@pytest.mark.parametrize("name", ["asin", "reviewText", "overall", "unixReviewTime", "reviewerID"])
def test_a_field_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(CollectError, match=f"line 1: .*{name}"):
        read(ucsd_amazon, packed({key: value for key, value in line(1).items() if key != name}), DATA)


@pytest.mark.parametrize("other", ["", "{", "[]", "7", b"\xff\xfe", b"{'asin': '\xff'}", "[" * 100_000, "{'a': 1}"])
def test_a_line_that_is_something_else_is_named(other: str | bytes) -> None:
    with pytest.raises(CollectError, match="line 2: not the layout"):
        read(ucsd_amazon, packed(line(1), other), DATA)


def test_a_file_that_is_not_whole_or_empty_is_refused() -> None:
    for body in [*damaged(PATIO), gzip.compress(b"")]:
        with pytest.raises(CollectError):
            read(ucsd_amazon, body, DATA)


@pytest.mark.parametrize("categories", [(), ("../secret",), ("Books", ""), (7,)])
def test_a_category_is_a_name(categories: tuple[Any, ...]) -> None:
    with pytest.raises(CollectError, match="expected names such as 'Books'"):
        list(replace(ucsd_amazon, categories=categories).files(None))  # type: ignore[arg-type]


@given(st.binary(max_size=80) | st.text(st.sampled_from("{}[]'\":,asin1-\n "), max_size=60).map(str.encode))
def test_any_bytes_are_reviews_or_refused(body: bytes) -> None:
    read_or_refuse(ucsd_amazon, body, DATA)
    read_or_refuse(ucsd_amazon, gzip.compress(body), DATA)
