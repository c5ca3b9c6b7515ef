"""Talk of Norway: what becomes of its table, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.source import CollectError
from scrapers.sources.talk_of_norway import talk_of_norway

from .reading import damaged, read, read_or_refuse
from .replicas.leipzig import tar
from .replicas.talk_of_norway import HEADER, release, speech, table

ONE = speech(1)


def test_a_speech_keeps_its_line_feeds_and_quotation_marks_and_loses_its_speaker() -> None:
    first, fifth = read(talk_of_norway, release(ONE, speech(5)))
    assert first.text == "Takk for ordet.\n\nSak 1 er viktig, sa komiteen, og det er den."
    assert fifth.text.endswith('sa komiteen: «Me må sjå på "heile" biletet.»')
    assert (first.title, first.published) == ("Innstilling fra komiteen om sak 0", date(2001, 2, 1))
    assert first.url == f"{talk_of_norway.url}#tale000001"
    assert "Prøvesen" not in str([first.row(), fifth.row()])
    assert {first.lang, fifth.lang} == {None}, "langid.py's guess is taken for knowledge"


def test_speeches_of_one_sitting_are_a_group() -> None:
    rows = [ONE, speech(13), speech(2), ONE | {"id": "x", "transcript": "NA"}]
    one, another_of_it, next_month, without = (found.group for found in read(talk_of_norway, release(*rows)))
    assert one == another_of_it
    assert len({one, next_month, without}) == 3


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("text", "NA", ("", "Innstilling fra komiteen om sak 0", date(2001, 2, 1))),
        ("debate_title", "NA", (ONE["text"], None, date(2001, 2, 1))),
        ("date", "NA", (ONE["text"], "Innstilling fra komiteen om sak 0", None)),
        ("text", "æ" * 200_000, ("æ" * 200_000, "Innstilling fra komiteen om sak 0", date(2001, 2, 1))),
    ],
)
def test_a_cell_may_be_missing_or_long(column: str, value: str, found: tuple[object, ...]) -> None:
    (document,) = read(talk_of_norway, release(ONE | {column: value}))
    assert (document.text, document.title, document.published) == found


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        ("", "ValueError: 'id' is not in list"),
        ("id,text\n1,x\n", "ValueError: 'date' is not in list"),
        (table(ONE) + "tale000002,x\n", f"line 5: .*2 cells, expected {len(HEADER)}"),
        (table(ONE)[:-10], "unexpected end of data"),
        (table(ONE | {"date": "17.2.2001"}), "line 4: .*Invalid isoformat"),
        (table(ONE | {"id": "NA"}), "a speech without an id"),
        (table(ONE).encode("iso-8859-1"), "UnicodeDecodeError"),
    ],
)
def test_another_shape_is_named(csv: str | bytes, message: str) -> None:
    with pytest.raises(CollectError, match=rf"ton101\.tar\.gz.*{message}"):
        read(talk_of_norway, tar({"data/ton.csv": csv}))


def test_an_archive_without_the_table_is_named() -> None:
    with pytest.raises(CollectError, match=r"no ton\.csv"):
        read(talk_of_norway, tar({"data/annotations/tale000001.tsv": "x"}))


@pytest.mark.parametrize("body", damaged(release(*map(speech, range(40)))))
def test_an_archive_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"ton101\.tar\.gz"):
        read(talk_of_norway, body)


@given(st.binary(max_size=200), st.text(alphabet='a",\n\r\x00é', max_size=40))
def test_any_bytes_give_speeches_or_an_error(body: bytes, cells: str) -> None:
    read_or_refuse(talk_of_norway, tar({"data/ton.csv": body}))
    read_or_refuse(talk_of_norway, tar({"data/ton.csv": "id,text,date,debate_title,transcript\n" + cells}))
