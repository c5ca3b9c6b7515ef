import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cleaning.errors import CleanError
from cleaning.step import Finding, Rewritten, bind, known_steps
from cleaning.steps import length, markup, personal_data, rights, unicode
from cleaning.steps.language import language
from scrapers.record import Document

NOREC = Path(__file__).parents[3] / "shared/data/norec/norec-2.1.train-dev.tar.gz"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
SCRAPS = [
    "<b>", "</p>", "<br/>", "<", ">", "&amp;", "&lt;", "&nbsp;", "<script>", "</script>", "<!--", "-->", "å", "a\u030a",
    "\r", "\n", " ", "\u00a0", "\u00ad", "\u200b", "\x96", "Ã¸", "kr", "22 33 44 55", "+47", "@", "a@b.no", ".", "1",
]  # fmt: skip
SCRAP_TEXT = st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join)
DOCUMENT = Document(id="0", text="", source="s", url="u", licence="l", collected_at=datetime(2026, 1, 1, tzinfo=UTC))
Make = Callable[..., Document]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("to bÃ¸ker pÃ¥ hylla", "to bøker på hylla"),
        ("bÃƒÂ¸ker", "bøker"),
        ("sushi â€” godt", "sushi — godt"),
        ("EA Sports\x92 serie \x96 bra", "EA Sports’ serie – bra"),
        ("SMÅBARN på ÅPNING, Ærlig, château, Ångström, à la carte, «Ã»", None),
        ("ASKEN, MÅ «gå», «SÅ»", None),
        ("“sitat” og ﬁ", None),
    ],
)
def test_mojibake_is_undone_and_correct_text_is_not_touched(document: Make, before: str, after: str | None) -> None:
    assert unicode.repair_encoding(document(before, title=before)).text == (after or before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\u030a og O\u0308", "å og Ö"),
        ("van\u00adske\u00adlig", "vanskelig"),
        ("null\u200bbredde\ufeff\u2060\u200e\u2066", "nullbredde"),
        ("nul\x00l \x07lyd\x7f\x9d", "null lyd"),
        ("halv \ud83d emoji \ufdd0\uffff\U0010ffff.", "halv emoji ."),
        ("  to   ord\u00a0\tog\u2009mer ", "to ord og mer"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a \n \n\n\n b", "a\n\nb"),
        ("👍🏽 «æøå» – ’", None),
    ],
)
def test_text_is_normalised(document: Make, before: str, after: str | None) -> None:
    assert unicode.normalise(document(before)).text == (before if after is None else after)


@given(st.one_of(ANY_TEXT, SCRAP_TEXT))
def test_a_normalised_text_is_normalised(text: str) -> None:
    once = unicode.normalised(text)
    assert unicode.normalised(once) == once
    assert unicode.INVISIBLE.sub(unicode.meant, once) == once
    assert once == once.strip() and "\n\n\n" not in once and "  " not in once
    once.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("en<br />to<BR>tre<br>", "en\nto\ntre\n"),
        ("Første<div>andre</div>tredje", "Første\nandre\ntredje"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "\n\n\na\n\nb\n\n\n"),
        ("en <b>fet</b> <a href='http://x.no/?a=1' title=\"t\">lenke</a>", "en fet lenke"),
        ("<script type='x'>if (a < b) alert(1)</script>hei<style>p {}</style>", "hei"),
        ("<head><title>Avisa</title></head><body>hei <!-- ikke <b>dette</b> -->du</body>", "hei du"),
        ("én&nbsp;to&amp;nbsp;tre&amp;amp;nbsp;", "én\xa0to\xa0tre&nbsp;"),
        ("&aring; &#229; &#xE5; &frac12;", "å å å ½"),
        ("&lt;p&gt;Bra&lt;/p&gt;", "\nBra\n"),
        ("jeg <3 deg", None),
        ("a < b og c > d, a<b, a <b og c> d, 5<6>4", None),
        ("<mellomnavn> Etternavn", None),
        ("<b>x</b> <mellomnavn> her", "x <mellomnavn> her"),
        ("glemt <script> slutt, og alt etterpå", None),
        ("<br>x <b y uten slutt", "\nx <b y uten slutt"),
        ("H&M, R&D, AT&T; &ukjent; & &amp", None),
        ("http://x.no/?a=1&copy=2&amp;b=3", "http://x.no/?a=1&copy=2&b=3"),
    ],
)
def test_markup_goes_and_text_stays(document: Make, before: str, after: str | None) -> None:
    assert markup.strip_markup(document(before)).text == (after or before)


@pytest.mark.parametrize(
    "hostile", ["<a ", "<a =", "<script>", "<!--", "&amp;", "<", "<p", "a@", "2", "22 ", "+47", "kr "]
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    text = hostile * (100_000 // len(hostile))
    started = datetime.now(UTC)
    personal_data.masked(unicode.normalised(markup.stripped(text)))
    assert (datetime.now(UTC) - started).total_seconds() < 2


def test_titles_are_cleaned_as_texts_are_and_empty_ones_go(document: Make) -> None:
    found = markup.strip_markup(document("x", title="<b>Ring</b> 22334455"))
    assert personal_data.mask_personal_data(found).document.title == "Ring [PHONE]"
    assert unicode.normalise(document("x", title="\u200b ")).title is None


@pytest.mark.parametrize(("text", "stays"), [("a", True), ("5", True), (" ß ", True), ("", False), ("!? 👍 _", False)])
def test_a_text_without_letter_or_digit_is_empty(document: Make, text: str, stays: bool) -> None:
    value = "a letter or digit" if stays else f"{len(text)} characters, no letter"
    assert length.empty(document(text)) == Finding(value, "1 letter or digit", stays)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("bra", 1), ("veldig bra", 2), ("kan't si-det 12 3x", 5), ("1 2 3", 0), ("é æ ø", 3), ("a_b", 2)],
)
def test_words_are_counted_and_the_threshold_is_inclusive(document: Make, text: str, words: int) -> None:
    below, above = (length.min_words(document(text), words=threshold) for threshold in (words, words + 1))
    assert below == Finding(words, f">= {words}", True)
    assert above == Finding(words, f">= {words + 1}", False)


@pytest.mark.parametrize(("verdict", "stays"), [("open", True), ("unknown", True), ("no-train", False)])
def test_a_reserved_text_is_dropped(document: Make, verdict: str, stays: bool) -> None:
    assert rights.reserved(document(reserved=verdict)) == Finding(verdict, "open or unknown", stays)
    assert rights.reserved(document(reserved=verdict), allowed=["open"]).kept == (verdict == "open")


@pytest.mark.parametrize(
    ("lang", "score", "stays"),
    [("nb", 0.9, True), ("nn", 0.8, True), ("nn", 0.79, False), ("da", 1.0, False), (None, None, False)],
)
def test_other_languages_and_unsure_ones_are_dropped(
    document: Make, lang: str | None, score: float | None, stays: bool
) -> None:
    found = language(document(lang=lang, lang_score=score), keep=["nb", "nn"], min_score=0.8)
    assert found == Finding(f"{lang} {score or 0:g}", "nb or nn >= 0.8", stays)


SHORT_APP = [
    {"source": "google_play*", "below": 40, "min_score": 0.3},
    {"source": "google_play*", "min_score": 0.6},
    {"below": 20, "min_score": 0.9},
]


@pytest.mark.parametrize(
    ("source", "length", "least", "said"),
    [
        ("google_play_no", 39, 0.3, "0.3 for source google_play* below 40 characters"),
        ("google_play_no", 40, 0.6, "0.6 for source google_play*"),
        ("norec", 19, 0.9, "0.9 below 20 characters"),
        ("norec", 20, 0.5, "0.5"),
        ("Google_play", 20, 0.5, "0.5"),
    ],
)
def test_the_first_threshold_for_its_source_and_length_holds(
    document: Make, source: str, length: int, least: float, said: str
) -> None:
    (step,) = bind([{"step": "language", "keep": ["nb"], "min_score": 0.5, "thresholds": SHORT_APP}])
    for lang, score, stays in (("nb", least, True), ("nb", least - 0.01, False), ("en", 1.0, False)):
        found = step.function(document("a" * length, source=source, lang=lang, lang_score=score))
        assert found == Finding(f"{lang} {score:.4g}", f"nb >= {said}", stays)


@pytest.mark.parametrize(
    ("threshold", "message"),
    [
        ({"bellow": 40, "min_score": 0.3}, "keys min_score, source, below .*unknown field `bellow`"),
        ({"below": 40}, "missing required field `min_score`"),
        ({"min_score": 30}, r"<= 1.0 - at `\$\[0\].min_score`"),
        ({"min_score": 0.3, "below": "40"}, r"Expected `int \| null`, got `str`"),
        (0.3, "Expected `object`, got `float`"),
    ],
)
def test_a_threshold_that_is_none_is_refused_with_what_is_amiss(threshold: object, message: str) -> None:
    with pytest.raises(CleanError, match=rf"language.thresholds is .*{message}"):
        bind([{"step": "language", "thresholds": [threshold]}])


@pytest.mark.parametrize(
    ("lang", "others", "plausible", "stays"),
    [
        ("da", ("sv", "nb"), True, True),
        ("und", ("nb", "da"), True, True),
        ("da", ("sv",), True, False),
        ("da", (), True, False),
        ("da", None, True, False),
        ("da", ("sv", "nb"), False, False),
        ("nb", (), True, True),
    ],
)
def test_a_text_that_may_be_in_a_kept_language_stays_where_plausible_is_enough(
    document: Make, lang: str, others: tuple[str, ...] | None, plausible: bool, stays: bool
) -> None:
    given = document("Alle mennesker er født frie og", lang=lang, lang_score=0.51, lang_alternatives=others)
    found = language(given, keep=["nb", "nn"], min_score=0.2, plausible=plausible)
    if plausible:
        value = f"{lang} 0.51, alternatives: {', '.join(others or ()) or 'none'}"
        assert found == Finding(value, "nb or nn >= 0.2, or among the alternatives", stays)
    else:
        assert found == Finding(f"{lang} 0.51", "nb or nn >= 0.2", stays)


@pytest.mark.parametrize("least", [30, -1, float("nan")])
def test_a_least_score_that_is_no_score_is_refused(least: float) -> None:
    with pytest.raises(CleanError, match=r"language\.min_score is"):
        bind([{"step": "language", "min_score": least}])


@pytest.mark.parametrize("name", sorted(known_steps()))
@settings(max_examples=40)
@given(text=st.one_of(ANY_TEXT, SCRAP_TEXT), title=st.none() | SCRAP_TEXT)
def test_a_step_rewrites_or_judges_and_never_both(name: str, text: str, title: str | None) -> None:
    (step,) = bind([{"step": name} | ({"engine": "polyglot"} if name == "identify" else {})])
    document = replace(DOCUMENT, text=text, title=title)
    found = step.function([document])[0] if step.batched else step.function(document)
    if isinstance(found, Document | Rewritten):
        assert all(finding.kept for finding in getattr(found, "findings", ()))
    else:
        findings = (found,) if isinstance(found, Finding) else found
        assert all(isinstance(finding, Finding) and finding.threshold for finding in findings)


@pytest.mark.skipif(not NOREC.exists(), reason="NoReC is not beside this checkout (../shared/data/norec)")
def test_norwegian_reviews_are_left_as_they_are_but_for_what_is_broken() -> None:
    with tarfile.open(NOREC) as archive:
        members = (member for member in archive if member.name.endswith(".txt"))
        texts = [archive.extractfile(member).read().decode() for member, _ in zip(members, range(1500), strict=False)]
    assert sum(markup.stripped(text) != text for text in texts) <= 3
    assert sum(personal_data.masked(text)[0] != text for text in texts) <= 40
    repaired = [text for text in texts if unicode.MOJIBAKE.search(text)]
    assert len(repaired) <= 30
