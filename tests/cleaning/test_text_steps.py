"""Text from whole pages, Unicode, and markup together with it."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cleaning.steps import markup, unicode
from cleaning.steps.web_page import MOST_ATTRIBUTES, MOST_TAGS, extract_html, most_attributes
from scrapers.record import Document

Make = Callable[..., Document]
DOCUMENT = Document(id="0", text="", source="s", url="u", licence="l", collected_at=datetime(2026, 1, 1, tzinfo=UTC))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
JOINED = "می\u200cخواهم क्\u200dष ക്\u200d 👩\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 葛\U000e0100 ខ្មែរ\u200bភាសា"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

PARAGRAPHS = [
    "Boka handler om en fisker som mister båten sin, og om alt som skjer med familien etterpå.",
    "Språket er knapt, nesten kargt, men det er presist, og dialogen lever fra første side.",
    "Slutten kommer brått, og noen lesere vil nok savne en forklaring på hva som egentlig hendte.",
]
PAGE = """<!DOCTYPE html>
<html lang="no"><head><title>Fiskeren - Bokbladet</title><meta property="og:title" content="Fiskeren, et  sterkt kort">
<script>var a = "<p>ikke tekst</p>";</script></head>
<body><nav><ul><li><a href="/">Forsiden</a></li><li><a href="/om">Om oss</a></li></ul></nav>
<article><h1>Fiskeren</h1>{}</article>
<footer><p><a href="/cookies">Vi bruker informasjonskapsler</a></p></footer></body></html>""".format(
    "".join(f"<p>{paragraph}</p>\n" for paragraph in PARAGRAPHS)
)


def test_the_main_text_of_a_page_stays_with_its_paragraphs_and_its_title(document: Make) -> None:
    found = extract_html(document(PAGE))
    assert [line for line in found.text.split("\n") if line] in (PARAGRAPHS, ["Fiskeren", *PARAGRAPHS])
    assert found.title == "Fiskeren, et sterkt kort"
    assert extract_html(document(PAGE, title="Eget")).title == "Eget"
    assert extract_html(document("\ufeff \n<!-- x --><!---->" + PAGE)).text == found.text


@pytest.mark.parametrize(
    "text",
    [
        "Bra bok.<br />Les den!<br><p>Ja</p>",
        "5 < 6 og a <b",
        "Siden begynner med <html><body><p>en</p><p>to</p>, og det er feil",
        "<html> er et ord",
        "<div><p>en</p><p>to</p></div>",
        "",
    ],
)
def test_what_is_no_whole_page_is_left_to_strip_markup(document: Make, text: str) -> None:
    before = document(text)
    assert extract_html(before) is before


def test_the_text_of_a_page_depends_on_nothing_that_came_before_it(document: Make) -> None:
    pages = [PAGE, PAGE.replace("fisker", "smed"), PAGE.replace(PARAGRAPHS[0], PARAGRAPHS[1])]
    alone = [extract_html(document(page)).text for page in pages]
    assert PARAGRAPHS[1] in alone[0] and len(set(alone)) == 3
    for _ in range(10):
        assert [extract_html(document(page)).text for page in reversed(pages)] == alone[::-1]
    code = (
        "import sys; from datetime import UTC, datetime; from cleaning.steps.web_page import extract_html; "
        "from scrapers.record import Document; text = sys.stdin.buffer.read().decode(); "
        "found = extract_html(Document(id='0', text=text, source='s', url='u', licence='l', "
        "collected_at=datetime.now(UTC))); sys.stdout.buffer.write(found.text.encode())"
    )
    other = subprocess.run([sys.executable, "-c", code], input=pages[2].encode(), capture_output=True, check=True)
    assert other.stdout.decode() == alone[2] and not other.stderr


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 1000 + "<p>Lest</p>",
        "<html><body>" + "<p>Lest<br>" * MOST_TAGS,
        "<!doctype html><html><head><title>x</title></head><body><nav><ul><li>Lest</li></ul></nav></body></html>",
        "<html><body><p>Lest\x00</p><p>og \ud800mer</p><p></p>",
    ],
    ids=["deep", "many tags", "menu", "NUL"],
)
def test_a_page_without_a_main_text_or_too_large_for_it_is_all_its_text(document: Make, page: str) -> None:
    found = extract_html(document(page)).text
    assert found.startswith("Lest") and "<" not in found


@pytest.mark.parametrize("sign", ["{}=1 ", "{}='>' ", '{}="<" ', "{}/", "{} = x "])
@pytest.mark.parametrize(
    "before", ["", '<!-- <p x="-->', "<!--><p x='y'>", "<script>'<p x=\"'</script>", "<p title='\"'>"]
)
def test_attributes_of_a_tag_take_no_time_that_is_quadratic(document: Make, before: str, sign: str) -> None:
    attributes = "".join(sign.format(f"a{number}") for number in range(19_000))
    page = f"<html><body><p>Lest<p><p>{before}<p {attributes}>"
    assert most_attributes(page) == 19_000
    start = time.process_time()
    assert extract_html(document(page)).text.startswith("Lest")
    assert time.process_time() - start < 0.7  # 2 s by trafilatura


def test_long_attributes_and_scripts_are_not_many_attributes(document: Make) -> None:
    script = "<script>" + "if (a < b && c > d) '<p x'; " * 2 * MOST_ATTRIBUTES + "</script>"
    picture = f'<img src="data:image/png;base64,{"A b " * 50_000}">'
    page = PAGE.replace("<article>", f"<article>{script}<!-- {script} -->{picture}")
    assert most_attributes(page) == 1
    assert extract_html(document(page)).text == extract_html(document(PAGE)).text


@given(ANY_TEXT, st.sampled_from(["<html>", "<!DOCTYPE html><body>", "<body><p></p><p></p>"]))
def test_a_page_of_anything_becomes_text(text: str, opening: str) -> None:
    assert isinstance(extract_html(replace(DOCUMENT, text=f"{opening}<p>{text}</p>")).text, str)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bÃ\x83Â¸ker", "bøker"),
        ("ðŸ˜€ kul", "😀 kul"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("a\x0bb dÃ¸d", "a\x0bb død"),
        ("«på» «Å» «SMÅ», Beyoncé», à la", None),
    ],
)
def test_utf_8_read_as_another_encoding_is_read_again(document: Make, before: str, after: str | None) -> None:
    found = unicode.repair_encoding(document(before, title=before))
    assert found.text == found.title == (after or before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\tb\x0bc\x0cd\x85e\u2028f\u2029g\x1fh", "a b\nc\n\nd\ne\nf\n\ng h"),
        ("anmel\u00ad\nder og anmel\u00ad \n deren\u00ad\n\n– ny", "anmelder og anmelderen\n\n– ny"),
        ("s\u0338t o\u0338l, O\u0337st, r\u00f8d", "s\u0338t øl, Øst, rød"),
        ("b\u0338o\u0338k", None),
        ("\ufeffBO\ufeffM", "BOM"),
        ("\u202etxt\u202c.exe\u2066x\u2069 \u061cy", "txt.exex y"),
        ("skjult\U000e0068\U000e0065\U000e0069 tekst" + "\U000e0101" * 3, "skjult tekst"),
        (SCOTLAND + "\U000e0068\U000e0069", SCOTLAND),
        ("😀\ufe0f\ufe01\ufe02 a\ufe0f", "😀\ufe0f a"),
        (JOINED, None),
        ("a\u200db\u200c c\u200bd", "ab cd"),
        ("می\u200b\u200c\u200d\u200cخواهم", "می\u200cخواهم"),
        ("क\u0301\u200d\u200bष", "क\u0301\u200dष"),
        ("ﬁ ｆｕｌｌ ½ …", None),
        ("et\ufffcbilde\ufff9x\u3164", "etbildex"),
    ],
)
def test_only_what_says_nothing_goes(before: str, after: str | None) -> None:
    assert unicode.normalised(before) == (before if after is None else after)


SIGNS = [
    "a", "o", "O", "å", "1", " ", "\n", "\t", "\r", "\x0b", "\x85", "\u2028", "\u00ad", "\u200b", "\u200c", "\u200d",
    "❤", "🔥", "🏴", "م", "क", "ខ", "漢", "\u2adc", "\ufe0e", "\ufe0f", "\u0301", "\u0327", "\u030a", "\u0335",
    "\u0337", "\u0338", "\u0345", "\u064b", "\u093c", "\u094d", "\U000e0062", "\U000e0067", "\U000e007f",
    "\U000e0100", "\ud800", "\x00",
]  # fmt: skip


@given(st.one_of(ANY_TEXT, st.lists(st.sampled_from(SIGNS), max_size=20).map("".join)))
def test_what_is_normalised_stays_as_it_is(text: str) -> None:
    once = unicode.normalised(text)
    assert unicode.normalised(once) == once
    assert "\u00ad" not in once and "\ufeff" not in once and not any("\ud800" <= sign <= "\udfff" for sign in once)


PIECES = ["<b>", "</p>", "<br/>", "&lt;br&gt;", "&amp;lt;i&amp;gt;", "&shy;", "ord", "a\u030a", "<3", "&amp;", "Ã¸"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_markup_escaped_at_most_twice_is_gone_after_one_round_of_all_steps(text: str) -> None:
    def cleaned(text: str) -> str:
        return unicode.normalised(unicode.repaired(markup.stripped(text)))

    once = cleaned(text)
    assert cleaned(once) == once
    assert "br" not in once and "shy" not in once


@pytest.mark.parametrize(
    "sign",
    ["\u00ad", "\u00ad ", "\u200d", "م\u200c", "\u0301", "o\u0338", "\ufe0f", "\U000e0067", "Ã¸", "\n ", "<html><p>"],
)
def test_a_long_row_of_one_sign_takes_no_time(document: Make, sign: str) -> None:
    text = sign * (300_000 // len(sign))
    started = time.process_time()
    unicode.normalised(unicode.repaired(extract_html(document(text)).text))
    assert time.process_time() - started < 10
