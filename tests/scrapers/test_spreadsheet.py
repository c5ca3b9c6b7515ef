import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.spreadsheet import Sheet, SheetError, csv_bytes, read_sheet, rows_of, safe_cell, unguarded, without_rows

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=20)
ROWS = [["id", "tekst"], ["a", "æ; ø, å"], ["b", 'to\nlinjer, "sitat"']]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(sign: str) -> None:
    assert safe_cell(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("bra; =1+1", "bra;' =1+1"),
        ('bra;"=1+1', "bra;'\"=1+1"),
        ("bra;\t=1+1", "bra;\t'=1+1"),
        ("bra\n=1+1\r\n@A1", "bra\n'=1+1\r\n'@A1"),
        ("5; -1;;+2", "5;' -1;;'+2"),
        ("299,- = dyrt; altfor dyrt\nsa ho - og gjekk", "299,- = dyrt; altfor dyrt\nsa ho - og gjekk"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_where_other_signs_part_cells(text: str, guarded: str) -> None:
    assert safe_cell(text) == guarded
    content = csv_bytes(Sheet([["id", "text"], ["a", guarded]])).decode("utf-8-sig")
    for delimiter in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(content), delimiter=delimiter) for cell in row]
        assert not [cell for cell in cells if cell.lstrip('" ').startswith(("=", "+", "-", "@"))]


def test_every_cell_is_in_quotes() -> None:
    assert csv_bytes(Sheet([["id", "x"], ["a", ""]])).decode("utf-8-sig") == '"id","x"\r\n"a",""\r\n'


@pytest.mark.parametrize(
    ("identifier", "guarded"),
    [
        ("1234567890123456", True),
        ("123456789012e456", True),
        ("12E4", True),
        ("0123456789abcdef", False),
        ("17", False),
    ],
)
def test_an_id_is_not_rounded_as_a_number(identifier: str, guarded: bool) -> None:
    assert safe_cell(identifier) == ("'" if guarded else "") + identifier


@given(st.text(st.sampled_from("'=+-@;\t\r\n\" 1e")) | st.text())
def test_a_guard_is_taken_off_again(text: str) -> None:
    assert unguarded(safe_cell(text)) == text


@pytest.mark.parametrize("scrap", ["'", ";", ";'", '"', "\n ", "1"])
def test_a_hostile_cell_takes_no_time(scrap: str) -> None:
    text = scrap * (1_000_000 // len(scrap))
    started = time.process_time()
    assert unguarded(safe_cell(text)) == text
    assert time.process_time() - started < 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_sheet_is_read_as_spreadsheets_save_it(delimiter: str, encoding: str) -> None:
    content = csv_bytes(Sheet(ROWS, delimiter)).decode("utf-8-sig").encode(encoding)
    assert read_sheet(content) == Sheet(ROWS, delimiter)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    sheet = Sheet([["id", "tekst"], *(row for row in rows if any(row))])
    assert read_sheet(csv_bytes(sheet)) == sheet


def test_short_and_empty_rows_are_what_they_look_like() -> None:
    assert read_sheet(b"id;x;y\n\n1\n;;\n2;3;4;5\n").rows == [["id", "x", "y"], ["1", "", ""], ["2", "3", "4"]]
    assert read_sheet(b"").rows == []


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sheet_or_said_to_be_none(content: bytes) -> None:
    try:
        rows = read_sheet(content).rows
    except SheetError:
        return
    assert len({len(row) for row in rows}) <= 1


def test_rows_are_taken_out_by_a_column_whatever_guards_its_cells() -> None:
    sheet = Sheet(rows_of(["id", "x"], [["1234567890123456", "="], ["b", "c"]]))
    assert without_rows(sheet, "id", ["1234567890123456"]).rows == [["id", "x"], ["b", "c"]]
    assert without_rows(sheet, "key", ["b"]) == sheet
    assert without_rows(Sheet([]), "id", ["b"]) == Sheet([])
