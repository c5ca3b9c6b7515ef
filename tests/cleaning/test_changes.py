import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.changes import HIDDEN, changes, concealed, concealed_part, short
from cleaning.steps.markup import stripped
from cleaning.steps.unicode import normalised

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
MAIL, NUMBER = "kari.nordmann@epost.example.no", "22 33 44 55"


@pytest.mark.parametrize(
    ("raw", "cleaned", "removed_and_added"),
    [
        ("en to tre", "en to tre", []),
        ("en  to\ntre ", "en to tre", []),
        ("en to tre", "en tre", [("to", "")]),
        ("en tre", "en to tre", [("", "to")]),
        ("<b>fet</b> tekst og p&aring;", "fet tekst og på", [("<b>fet</b>", "fet"), ("p&aring;", "på")]),
        ("Hjem\nMeny\nSelve teksten.\nBunn", "Selve teksten.", [("Hjem\nMeny", ""), ("Bunn", "")]),
        ("", "", []),
        ("alt", "", [("alt", "")]),
    ],
)
def test_what_differs_is_found_word_for_word(raw: str, cleaned: str, removed_and_added: list[tuple[str, str]]) -> None:
    assert [(change.removed, change.added) for change in changes(raw, cleaned)] == removed_and_added


def test_a_change_has_the_words_around_it() -> None:
    (change,) = changes("Det var ei svært god bok å lese", "Det var ei god bok å lese")
    assert (change.before, change.removed, change.after) == ("Det var ei ", "svært", "god bok å lese")


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (f"Ring {NUMBER} no", "Ring [PHONE] no"),
        (f"Skriv til {MAIL}, takk", "Skriv til [EMAIL], takk"),
        (f"<p>{MAIL}</p> [EMAIL] {NUMBER} 44", "[EMAIL] [EMAIL] [PHONE] 44"),
        ("Tlf 22&nbsp;33&nbsp;44&nbsp;55 og <b>meir</b>", "Tlf [PHONE] og meir"),
        ("kari.nord\u00admann@epost.exam\u200bple.no", "[EMAIL]"),
        (f"Kontakt: {MAIL}\nSelve teksten.", "Selve teksten."),
        (f"<a href='mailto:{MAIL}'>skriv</a> no", "skriv no"),
        (f"Skriv til {MAIL}", f"Skriv til {MAIL}"),
        (f"Skriv <b>til</b> {MAIL} <b>no</b>", f"Skriv til {MAIL} no"),
        ("Tlf 22&nbsp;33&nbsp;44&nbsp;55 og <b>meir</b>", f"Tlf {NUMBER} og meir"),
    ],
)
def test_no_side_shows_personal_data(raw: str, cleaned: str) -> None:
    found = changes(raw, cleaned)
    everything = " ".join(field for change in found for field in change)
    assert not {"kari", "mann", "22", "33", "55"} & set(everything.replace(".", " ").replace("@", " ").split())
    removed = " ".join(change.removed for change in found)
    assert MAIL not in everything and "&nbsp;33" not in removed and "\u00ad" not in removed


def test_what_a_placeholder_took_the_place_of_is_shown_as_hidden() -> None:
    (change,) = changes("Av Ola Nordmann i dag", "Av [NAME] i dag")
    assert (change.removed, change.added) == (HIDDEN, "[NAME]")


CONTACT = (
    "Kontakt kari.nordmann@post.example.no eller ring 22 33 44 55 i dag, ikkje 2024, sjå facebook.com/kari.nordmann"
)


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ("eller ring 22 33 44 55 i dag", "eller ring █████ i dag"),
        ("ring 22 33", "ring █████"),
        ("33 44 5", "█████"),
        ("kontakt kari.nordmann@post.exam", "kontakt █████"),
        ("Kontakt kari.nordm", "Kontakt █████"),
        ("sjå facebook.com / kari.nordmann", "sjå █████.com / █████"),
        ("i dag, ikkje 2024", "i dag, ikkje 2024"),
        ("i dag", "i dag"),
        ("", ""),
    ],
)
def test_a_part_shows_nothing_of_what_only_the_whole_text_shows_to_be_private(part: str, shown: str) -> None:
    assert concealed_part(part, CONTACT) == shown
    assert concealed_part(part, "Inga slike data her, ikkje i 2024.") == part


def test_the_parts_of_a_text_full_of_personal_data_take_no_time() -> None:
    text = "\n".join(f"a{number}@post.example.no" for number in range(20_000))
    started = time.process_time()
    for number in range(5_000):
        concealed_part(f"{number}", text)
    assert time.process_time() - started < 3


@given(ANY_TEXT, ANY_TEXT)
def test_any_two_texts_can_be_compared(raw: str, cleaned: str) -> None:
    assert all(short(change.added) in concealed(cleaned) for change in changes(raw, cleaned))


@given(ANY_TEXT)
def test_a_text_is_compared_with_what_the_steps_make_of_it(text: str) -> None:
    for change in changes(text, normalised(stripped(text))):
        assert change.removed or change.added


@pytest.mark.parametrize("scrap", ["a", "a ", "a\n", "a b c\n", "<b> ", "[A] ", "\n"])
def test_hostile_text_takes_no_time(scrap: str) -> None:
    text = scrap * (200_000 // len(scrap))
    started = time.process_time()
    changes(text, text[::2])
    assert time.process_time() - started < 3
