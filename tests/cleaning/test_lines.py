"""Lines and paragraphs that a source repeats, and lines of a list."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cleaning.clean import clean_corpus
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.lines import LONG, learn_lines, load_lines
from cleaning.part import Mapper, parts_of
from cleaning.profile import load_profile
from cleaning.step import Finding, Rewritten
from cleaning.steps.lines import drop_phrase_lines, repeated_lines
from scrapers.manifest import Run, Workspace
from scrapers.record import Document

Make = Callable[..., Document]
Learn = Callable[..., str]
DOCUMENT = Document(id="0", text="", source="s", url="u", licence="l", collected_at=datetime(2026, 1, 1, tzinfo=UTC))
PROMPT = "Enig med vår anmelder?"
PARAGRAPH = "Forlaget skriver om boka at den er årets viktigste, og det har de skrevet om alle bøkene sine. " * 3


def review(number: int, *last: str) -> str:
    """Ten lines that no other review has, with one in the middle that many have."""
    body = [f"Setning {number} nummer {place}." for place in range(10)]
    body[5:5] = ["Nei!"]
    return "\n".join((*body, *last))


@pytest.fixture
def learn(run_of: Callable[..., tuple[Run, list[str]]]) -> Learn:
    """A function that learns the lines of these documents, in parts of `size`, and returns the URL."""

    def learned(documents: Sequence[Document], size: int = 7, mapper: Mapper = map, **settings: Any) -> str:
        run, paths = run_of([documents[start : start + size] for start in range(0, len(documents), size)])
        workspace = Workspace(run, "work")
        settings = {"prepare": list, "min_documents": 10, "min_share": 0.001} | settings
        return learn_lines(workspace, parts_of(workspace, paths), mapper=mapper, **settings)

    return learned


def examples(url: str) -> list[str]:
    """The lines that were learned, as they are shown."""
    return [row["example"] for row in pq.read_table(url).to_pylist()]


def text_of(found: Document | Rewritten) -> str:
    return (found.document if isinstance(found, Rewritten) else found).text


def test_a_line_that_frames_many_documents_goes_and_one_amid_them_stays(document: Make, learn: Learn) -> None:
    documents = [document(review(number, "", "", PROMPT)) for number in range(12)]
    url = learn(documents)
    assert {source: list(lines.values()) for source, lines in load_lines(url).items()} == {"test": [(12, None)]}
    assert examples(url) == ["enig med vår anmelder"]
    found = repeated_lines(documents[3], lines_url=url)
    assert isinstance(found, Rewritten)
    assert found.document.text == review(3)
    start = documents[3].text.index(PROMPT)
    asked = "< 10 documents or < 0.001 of its source"
    assert found.findings == (Finding(12, asked, True, part=PROMPT, start=start, end=start + len(PROMPT)),)
    assert text_of(repeated_lines(document("Bra.\n\n«enig med vår anmelder»\n\nJa."), lines_url=url)) == "Bra.\n\nJa."


@pytest.mark.parametrize(
    ("times", "others", "settings", "goes"),
    [
        (10, 0, {}, True),
        (9, 0, {}, False),
        (10, 90, {"min_share": 0.1}, True),
        (10, 91, {"min_share": 0.1}, False),
        (2, 0, {"min_documents": 2}, True),
    ],
)
def test_a_line_of_a_template_has_a_number_and_a_share_of_documents(
    document: Make, learn: Learn, times: int, others: int, settings: dict[str, Any], goes: bool
) -> None:
    with_it = [document(review(number, PROMPT)) for number in range(times)]
    url = learn([*with_it, *(document(review(1000 + number)) for number in range(others))], **settings)
    assert isinstance(repeated_lines(with_it[0], lines_url=url), Rewritten) == goes


@pytest.mark.parametrize("text", ["Anbefales!", "God bok.\nAnbefales!", "Likte den.\nLest på to dager.\nAnbefales!"])
def test_short_texts_show_no_template(document: Make, learn: Learn, text: str) -> None:
    documents = [document(text) for _ in range(50)]
    url = learn(documents)
    assert repeated_lines(documents[0], lines_url=url) is documents[0]


def test_a_document_is_not_emptied_and_another_source_is_another_matter(document: Make, learn: Learn) -> None:
    url = learn([document(review(number, PROMPT)) for number in range(12)])
    for same in (document(PROMPT), document(f"{PROMPT}\n{PROMPT}"), document(review(1, PROMPT), source="other")):
        assert repeated_lines(same, lines_url=url) is same
    unlearned = document(review(1, PROMPT))
    assert repeated_lines(unlearned) is unlearned


def test_a_long_paragraph_stays_in_the_document_with_the_smallest_id(document: Make, learn: Learn) -> None:
    ids = ["c", "a", "b", "d"]
    own = {name: f"{name} sier: " + f"{name} mener noe annet om boka enn de andre gjør. " * 9 for name in "abcde"}
    documents = [document(f"{own[name]}\n{PARAGRAPH}", id=name) for name in ids]
    documents.append(document(f"{own['e']}\n{PARAGRAPH}", id="0", source="other"))
    whole = document(PARAGRAPH, id="e")
    url = learn([*documents, whole], size=2)
    found = {item.id: repeated_lines(item, lines_url=url) for item in documents}
    assert {name: text_of(result) for name, result in found.items()} == {
        name: own[name].strip() if name in "bcd" else f"{own['e' if name == '0' else name]}\n{PARAGRAPH}"
        for name in found
    }
    result = found["b"]
    assert isinstance(result, Rewritten)
    (finding,) = result.findings
    assert (finding.value, finding.rule, finding.kept) == (5, "repeated_paragraphs", True)
    assert finding.part == PARAGRAPH[:100] and finding.end == len(documents[2].text)
    assert repeated_lines(whole, lines_url=url) is whole
    assert repeated_lines(documents[2], paragraphs=False, lines_url=url) is documents[2]


def test_the_lines_do_not_depend_on_parts_workers_or_the_order_of_documents(document: Make, learn: Learn) -> None:
    documents = [document(review(number, PROMPT, PARAGRAPH), source="ab"[number % 2]) for number in range(24)]
    with ThreadPoolExecutor(4) as pool:
        urls = [
            learn(documents),
            learn(documents[::-1], size=1),
            learn(documents, size=24),
            learn(documents, 3, pool.map),
        ]
    contents = [Path(url.removeprefix("file://")).read_bytes() for url in urls]
    assert contents.count(contents[0]) == 4
    assert {source: len(lines) for source, lines in load_lines(urls[0]).items()} == {"a": 2, "b": 2}
    assert load_lines(learn([])) == {}


def test_lines_are_learned_from_documents_as_the_steps_before_leave_them(document: Make, learn: Learn) -> None:
    documents = [document(review(number, "PROMPT")) for number in range(12)]
    url = learn(documents, prepare=partial(map, lambda item: document(item.text.replace("PROMPT", PROMPT), id=item.id)))
    assert examples(url) == ["enig med vår anmelder"]


@pytest.mark.parametrize("verdict", ["Anbefales ikke!", "Skuffende.", "Dårlig film, dessverre."])
def test_a_short_verdict_that_many_reviews_end_with_stays(document: Make, learn: Learn, verdict: str) -> None:
    documents = [document(review(number, verdict)) for number in range(30)]
    assert repeated_lines(documents[0], lines_url=learn(documents)) is documents[0]


def test_two_copies_of_a_review_stay_whole_so_that_dedup_finds_them(
    document: Make, run_of: Callable[..., tuple[Run, list[str]]], kept: Any
) -> None:
    copies = [document(f"En film å glede seg over\n\n{PARAGRAPH}\n\n{PARAGRAPH[::-1]}") for _ in range(2)]
    run, inputs = run_of([copies])
    clean_corpus(run, load_profile("any"), inputs=inputs)
    assert [len(item.text) > 2 * LONG for item in kept(run, "cleaned")] == [True, True]
    stage = dedup_corpus(run, DedupSettings(), inputs=["cleaned/part-00000.parquet"])
    assert (stage.kept, stage.dropped) == (1, {"exact_duplicate": 1})


def test_what_was_learned_shows_no_personal_data(document: Make, learn: Learn) -> None:
    line = "Kontakt redaksjonen, mob 91234567, tips@avisa.example"
    url = learn([document(review(number, line)) for number in range(12)])
    assert examples(url) == ["kontakt redaksjonen, mob [PHONE], [EMAIL]"]
    assert b"91234567" not in Path(url.removeprefix("file://")).read_bytes()


PHRASES = ("Les også:", "Annonse", "Fått med deg?", "***")
BEGINNINGS = ("Foto:", "Vi bruker informasjonskapsler", "+ Vis")


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("LES OGSÅ", "les også"),
        ("– Les også: ", "les også"),
        ("  annonse", "annonse"),
        ("Foto: NN / NTB", "foto:"),
        ("(foto:", "foto"),
        ("Vi bruker informasjonskapsler. Les mer om dem her.", "vi bruker informasjonskapsler"),
        ("+ Vis mer", "vis"),
        ("***", "***"),
        ("Les også boka, ikke bare omtalen", ""),
        ("Annonsen lovte mer enn boka holder", ""),
        ("Har du fått med deg?", ""),
        ("Fotografiene er fine", ""),
        ("Foto: " + "x" * LONG, ""),
    ],
)
def test_only_lines_that_are_a_phrase_or_begin_with_one_go(document: Make, line: str, phrase: str) -> None:
    before = document(f"En god bok.\n\n{line}\n\nLes den.")
    found = drop_phrase_lines(before, phrases=PHRASES, beginnings=BEGINNINGS)
    if not phrase:
        assert found is before
        return
    assert isinstance(found, Rewritten)
    assert found.document.text == "En god bok.\n\nLes den."
    (finding,) = found.findings
    assert (finding.value, finding.part, finding.kept) == (phrase, phrase, True)
    assert before.text[finding.start : finding.end] == line
    alone = document(line)
    assert drop_phrase_lines(alone, phrases=PHRASES, beginnings=BEGINNINGS) is alone


@given(
    st.lists(st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from([*PHRASES, *BEGINNINGS, ""]))
)
def test_lines_of_anything_are_those_of_before_in_their_order(made: list[str]) -> None:
    text = "\n".join(made)
    before = replace(DOCUMENT, text=text)
    found = drop_phrase_lines(before, phrases=PHRASES, beginnings=BEGINNINGS)
    if isinstance(found, Rewritten):
        left = map(str.strip, text.split("\n"))
        assert all(line.strip() in left for line in found.document.text.split("\n"))
        assert drop_phrase_lines(found.document, phrases=PHRASES, beginnings=BEGINNINGS) is found.document
