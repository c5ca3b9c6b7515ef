"""The rules of wording and of machines, as the Norwegian profile asks them. The texts are written for the tests."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning.errors import CleanError
from cleaning.profile import load_profile
from cleaning.step import Finding, annotate, bind
from cleaning.steps.machine_made import detached_punctuation, lost_letters, repeated_patterns, translated
from cleaning.steps.wording import Marks, function_words, other_languages, phrases, running, spelled
from scrapers.record import Document

Make = Callable[..., Document]
NORWEGIAN = load_profile("no")
# The engine and the pages it may read are tested elsewhere; here, what follows them.
QUALITY = [entry for entry in NORWEGIAN.entries if entry.get("min_chars")]

PROSE = (
    "Vi kjørte nordover om natta, for da er det lite folk på veien, og lyset er så fint at en glemmer hvor sent det "
    "er. "
    "På ferja drakk vi kaffe av pappbeger og så på måkene. Søsteren min sov. Da vi kom fram, var butikken stengt, men "
    "naboen hadde satt igjen en pose med brød og egg på trappa, og en lapp om at nøkkelen lå der den pleide. Vi "
    "tente i ovnen, åpnet vinduene og gikk ned til vannet. Det var ingen der. Dagen etter regnet det, og vi leste høyt "
    "for hverandre til det ble mørkt, uten at noen av oss savnet noe som helst."
)
NYNORSK = (
    "Vi køyrde nordover om natta, for då er det lite folk på vegen, og ljoset er så fint at ein gløymer kor seint det "
    "er. "
    "På ferja drakk vi kaffi av pappbeger og såg på måsane. Syster mi sov. Då vi kom fram, var butikken stengd, men "
    "naboen hadde sett att ein pose med brød og egg på trappa, og ein lapp om at nykelen låg der han brukte. Vi "
    "tende i omnen, opna vindauga og gjekk ned til vatnet. Det var ingen der. Dagen etter regna det, og vi las høgt "
    "for kvarandre til det vart mørkt, utan at nokon av oss sakna noko som helst."
)
CAST = "Regi: Ola Nordmann. Med: " + ", ".join(f"Kari Nordmann {n} som {part}" for n, part in enumerate(["mor"] * 20))


def rules(document: Document) -> list[str]:
    """The rules of the profile that object to the document, for its quality."""
    (annotation,) = annotate([document], bind(QUALITY))
    return [finding.rule for finding in annotation.findings if not finding.kept]


@pytest.mark.parametrize(
    "text", ["Bra bok", "Terningkast 6!!!!", "😍😍😍 anbefales", "Viagra viagra casino", "GOD MAT"]
)
def test_no_rule_of_quality_is_asked_of_a_short_text(document: Make, text: str) -> None:
    (annotation,) = annotate([document(text)], bind(QUALITY))
    assert annotation.findings == []


@pytest.mark.parametrize("text", [PROSE, NYNORSK, PROSE.replace(". ", ".\n"), PROSE + "\n\n" + CAST])
def test_prose_of_either_form_stays(document: Make, text: str) -> None:
    assert rules(document(text)) == []


TAGS = (
    "alpakka bil bok brød fjell ferie film foto fotball garn hage hest hund hytte jakt kaffe katt ski strikk tur vin "
)
SHOP = "Nettdating Bodø. Gratis dating på Hamar, treffe damer i Alta, datingsider for single kvinner og single menn. "
LOAN = "Forbrukslån og smålån: søk lån uten sikkerhet her, og få billige lån med penger på konto i dag. Samlelån! "
CASINO = "Casino med jackpot, poker og free spins. Nettcasino med velkomstbonus! Roulette, blackjack og online casino. "
DOMAIN = "Title: Hytta vår. Description: en hytte. Keywords: hytte, tur. It is ranked high, estimated to be worth $8. "
GREEK = "Hotellet ligger i en flott område, og rommene er veldig rent. Personalet gjør ikke snakke norsk. "
TEMPLATES = "".join(
    f"{name} er en kommune i {county} med {n} innbyggere. "
    for n, (name, county) in enumerate(
        [("Ås", "Viken"), ("Bø", "Nordland"), ("Os", "Innlandet"), ("Eid", "Vestland")] * 4
    )
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (TAGS * 8, "function_words"),
        (SHOP * 8, "dating"),
        (LOAN * 8, "selling"),
        (CASINO * 8, "gambling"),
        (DOMAIN * 8, "site_statistics"),
        (GREEK * 8, "translated"),
        (TEMPLATES, "repeated_patterns"),
        (PROSE.replace("å", "?").replace("ø", "?"), "lost_letters"),
        (PROSE.replace("å", "Ă„").replace("ø", "Ăž"), "lost_letters"),
        (PROSE.replace(",", " ,").replace(".", " ."), "detached_punctuation"),
        (PROSE.upper(), "uppercase_share"),
    ],
)
def test_what_is_no_prose_goes_and_says_why(document: Make, text: str, rule: str) -> None:
    assert len(text) >= 500
    assert rule in rules(document(text))


@pytest.mark.parametrize("text", [SHOP, LOAN, CASINO, DOMAIN, GREEK])
def test_a_word_of_spam_in_a_long_text_is_no_spam(document: Make, text: str) -> None:
    assert rules(document(f"{PROSE}\n{NYNORSK}\n{PROSE[:300]} {text[:40]}")) == []


OTHERS = {
    "da": "Jeg har ikke læst noget af hende, men nogen siger, at bogen blev til efter krigen. Hvad fik han ud af det? ",
    "sv": "Jag har inte läst något av henne, men boken är från tiden efter kriget. Hur gör han för att också hinna? ",
    "en": "They said that the book was from the years of the war, and with it you have what they will not say. ",
}


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_a_page_of_another_language_within_a_norwegian_frame_goes(document: Make, language: str) -> None:
    framed = "Les mer om boka hos oss. " + OTHERS[language] * 8 + "Del med venner."
    assert "other_languages" in rules(document(framed))
    assert "other_languages" not in rules(document(PROSE + NYNORSK + OTHERS[language] * 2))


MARKS = (Marks("nb", ("ikke", "jeg")), Marks("nn", ("ikkje", "eg")))


def test_the_forms_are_told_apart_by_their_words(document: Make) -> None:
    found = other_languages(document("Eg veit ikkje. Jeg sa det ikkje."), marks=MARKS, keep=("nb",), min_words=2)
    assert (found.value, found.part, found.kept) == (0.75, "nb 1, nn 3", False)
    assert other_languages(document("Eg veit ikkje."), marks=MARKS, keep=("nn",), min_words=1).kept


@pytest.mark.parametrize(
    ("text", "found", "value"),
    [
        ("Casino, CASINO og casinoer.", "casino", 50.0),
        ("Gratis\nspinn og gratis -- spinn", "gratis spinn", 40.0),
        ("gratis spinn. Gratis spinn", "gratis spinn", 50.0),
        ("nettcasinoet", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_phrases_are_whole_words_whatever_is_between_them(document: Make, text: str, found: str, value: float) -> None:
    finding = phrases(document(text), about="spam", phrases=("casino", "gratis spinn"), max_per_hundred=45)
    assert (finding.part, finding.rule, finding.value) == (found, "spam", value)
    assert finding.kept == (value <= 45)


def test_a_finding_says_what_it_saw(document: Make) -> None:
    profile = load_profile("no").changed("translated", max_per_thousand=0)
    (step,) = [step for step in profile.steps() if step.name == "translated"]
    found = step.function(document(GREEK))
    assert isinstance(found, Finding) and found.threshold == "<= 0"
    assert "plural with a singular: ene er veldig rent" in found.part


@pytest.mark.parametrize("step", ["function_words", "phrases", "other_languages", "translated", "repeated_patterns"])
def test_what_the_profile_lists_is_in_lower_case_each_once(step: str) -> None:
    for entry in NORWEGIAN.entries:
        if entry["step"] == step:
            lists = [
                entry.get("words", []),
                entry.get("phrases", []),
                *(marks["words"] for marks in entry.get("marks", [])),
            ]
            for words in lists:
                assert len(words) == len(set(words))
                assert all(word == " ".join(spelled(word)) for word in words), "as texts are looked at"


def test_no_mark_of_a_language_is_one_of_another() -> None:
    (entry,) = [entry for entry in NORWEGIAN.entries if entry["step"] == "other_languages"]
    words = [word for marks in entry["marks"] for word in marks["words"]]
    assert len(words) == len(set(words))
    assert [marks["language"] for marks in entry["marks"]] == ["nb", "nn", "da", "sv", "en"]


def test_a_parameter_out_of_range_is_refused() -> None:
    with pytest.raises(CleanError, match=r"function_words\.min_share is 24"):
        bind([{"step": "function_words", "min_share": 24}])


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=600)


@settings(deadline=None, max_examples=60)
@given(text=ANY_TEXT | ANY_TEXT.map(lambda text: f"{PROSE}{text}{SHOP}"))
def test_any_text_is_judged(document: Make, text: str) -> None:
    (annotation,) = annotate([document(text)], bind(QUALITY))
    assert not annotation.failed
    assert all(len(finding.part) <= 100 for finding in annotation.findings)
    assert set(running(text).split()) == set(spelled(text))


ENDLESS = ["a", " ,", "?", "?,", "å er ", "\n.", " ", "Ă"]
WORDING = (function_words, phrases, other_languages)
MACHINES = (lost_letters, detached_punctuation, translated, repeated_patterns)


@pytest.mark.parametrize("part", ENDLESS)
@pytest.mark.parametrize("step", [*WORDING, *MACHINES])
def test_time_grows_with_the_text_and_no_faster(document: Make, step: Any, part: str) -> None:
    parameters = next(dict(entry) for entry in NORWEGIAN.entries if entry["step"] == step.__name__)
    (bound,) = bind([parameters])
    start = time.process_time()
    bound.function(document(part * 200_000))
    assert time.process_time() - start < 5
