"""Wikitext as plain text: headings, paragraphs and list items. Pure.

Written here because anybody can edit an article: `mwparserfromhell` 0.7.2 takes half a minute over 30 kB of tables that
are opened and never closed, and memory without a bound over nested tags (its issues 364 and 286). This one goes
through an article once, with at most `DEEPEST` things open, at about 13 MB/s in place of 2.

Source: https://www.mediawiki.org/wiki/Help:Formatting, https://www.mediawiki.org/wiki/Parser_extension_tags
"""

import html
import re
from collections.abc import Set
from dataclasses import dataclass, field

DEEPEST = 40  # MediaWiki itself expands templates to a depth of 40

TOKEN = re.compile(
    r"<!--"
    r"|</?[a-zA-Z][a-zA-Z0-9]*(?:[\s/][^<>]*)?>"
    r"|\{\{+|\}\}+|\[\[|\[(?=(?:https?:|ftp:)?//)|\]"
    r"|\n[ \t:*#;]*\{\||\n[ \t]*\|\}(?!\}(?!\}))"
)
TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
# What stands between these tags is for machines, or is no prose.
UNREAD = re.compile(
    "categorytree|ce|chem|gallery|graph|hiero|imagemap|includeonly|indicator|inputbox|mapframe|maplink|math|ref|references"
    "|score|script|source|style|syntaxhighlight|table|templatedata|templatestyles|timeline"
)
LITERAL = re.compile("nowiki|pre")  # what stands between these is text, whatever it looks like
BREAKING = re.compile("blockquote|br|center|dd|div|dl|dt|hr|li|ol|p|pre|tr|ul")
INTERLANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z-]+)?")
# What a namespace is called in every wiki, beside its own name for it.
MEDIA = frozenset(("file", "image", "media", "category"))

SWITCH = re.compile(r"__[^\W_]{2,60}__")
QUOTES = re.compile(r"'{2,}")
HOLLOW = re.compile(r"[ \t]?\([ \t,;:]{0,20}\)")  # what a template leaves of "(født {{dato}})"
SPACES = re.compile(r"[ \t]{2,}")
TABLE_REST = ("|", "!", "{|")
RULE = re.compile(r"^-{4,}")


@dataclass(slots=True)
class Opened:
    """Something that was opened and is not closed yet: by which token, and the text in it so far."""

    by: str
    text: list[str] = field(default_factory=list)


def plain_text(wikitext: str, media: Set[str] = MEDIA) -> str:
    """The text of an article: no templates, tables, notes, formulas, pictures and categories, no markup.

    A line is a paragraph, a list item or a heading, with a blank line before and after the latter; a heading under
    which there is nothing is left out. What a template would have written is missing, also within a sentence. media:
    prefixes of links, in lower case, to what is shown elsewhere.
    """
    lines: list[str] = []
    levels: list[int] = []  # of the headings since the last text
    text = QUOTES.sub("", SWITCH.sub("", unmarked("\n" + wikitext, media)))
    for line in SPACES.sub(" ", HOLLOW.sub("", text)).split("\n"):
        level, text = heading(line)
        if level:
            while levels and levels[-1] >= level:
                levels.pop()
                del lines[-2:]
            levels.append(level)
            lines += ["", text]
        elif text := paragraph(line):
            if levels:
                lines.append("")
            levels.clear()
            lines.append(text)
    del lines[len(lines) - 2 * len(levels) :]
    return unescaped("\n".join(lines)).strip()


def unescaped(text: str) -> str:
    """`text` with its entities resolved; as it is where one of them has thousands of digits, which `html` refuses."""
    try:
        return html.unescape(text)
    except ValueError:
        return text


def heading(line: str) -> tuple[int, str]:
    """The level and the text of a heading; 0 where the line is none."""
    stripped = line.rstrip()
    if len(stripped) < 3 or stripped[0] != "=" or stripped[-1] != "=":
        return 0, ""
    text = paragraph(stripped.strip("="))
    return min(len(stripped) - len(stripped.lstrip("=")), 6) if text else 0, text


def paragraph(line: str) -> str:
    """The text of a line, without the marks of lists, rules and rows; empty where nothing is left."""
    text = line.strip()
    if text.startswith(TABLE_REST):
        return ""
    return RULE.sub("", text.lstrip("*#:; \t"), count=1).strip()


def unmarked(wikitext: str, media: Set[str]) -> str:
    """`wikitext` without tags, templates, tables and links; lists, headings and quotes are still marked in it."""
    opened = [Opened("")]
    never_closed: set[str] = set()
    at = 0
    while token := TOKEN.search(wikitext, at):
        opened[-1].text.append(wikitext[at : token.start()])
        at, found = token.end(), token[0]
        if found[0] == "<":
            at = after_tag(wikitext, found, at, opened[-1].text, never_closed)
        elif found[0] in "{[" or found[-2:] == "{|":
            for _ in range(max(1, len(found) // 2) if found[0] == "{" else 1):
                if len(opened) <= DEEPEST:
                    opened.append(Opened("{|" if found[0] == "\n" else found[:2]))
        elif found == "]":
            at = after_bracket(wikitext, at, opened, media)
        elif found[0] == "}":
            for _ in range(len(found) // 2):
                close(opened, "{{", through=("[[", "[", "{|"))
        else:
            close(opened, "{|", through=("[[", "["))
        if found[0] == "\n":
            opened[-1].text.append("\n")
    return "".join(piece for one in opened for piece in one.text) + wikitext[at:]


def after_tag(wikitext: str, tag: str, at: int, text: list[str], never_closed: set[str]) -> int:
    """Where to read on after a tag that ends at `at`. What it puts into the text is added to `text`."""
    if tag == "<!--":
        end = wikitext.find("-->", at)
        return len(wikitext) if end < 0 else end + 3
    name = TAG_NAME.match(tag)[1].lower()  # type: ignore[index]  # TOKEN has seen to it
    if BREAKING.fullmatch(name):
        text.append("\n")
    is_literal = LITERAL.fullmatch(name) is not None
    if not (is_literal or UNREAD.fullmatch(name)) or tag[1] == "/" or tag[-2] == "/" or name in never_closed:
        return at
    closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(wikitext, at)
    if closing is None:
        never_closed.add(name)
        return at
    if is_literal:
        text.append(literal(wikitext[at : closing.start()]))
    return closing.end()


def literal(text: str) -> str:
    """`text` with what could be taken for markup as entities, which the last step resolves."""
    return re.sub(r"[^\w\s]", lambda mark: f"&#{ord(mark[0])};", unescaped(text))


def after_bracket(wikitext: str, at: int, opened: list[Opened], media: Set[str]) -> int:
    """Where to read on after the `]` that ends at `at`: after the next one too, where the two close a link."""
    kind = opened[-1].by
    if kind == "[":
        _, _, label = "".join(opened.pop().text).partition(" ")
        opened[-1].text.append(label)
    elif kind == "[[" and wikitext.startswith("]", at):
        opened[-2].text.append(link_text("".join(opened.pop().text), media))
        return at + 1
    else:
        opened[-1].text.append("]")
    return at


def link_text(link: str, media: Set[str]) -> str:
    """What the link `target|label` shows: its label, else its target; nothing of pictures, categories and languages."""
    target, _, label = link.partition("|")
    prefix, colon, _ = target.strip().partition(":")
    if colon and (prefix.strip().lower() in media or INTERLANGUAGE.fullmatch(prefix)):
        return ""
    return label.strip() or target.strip().removeprefix(":")


def close(opened: list[Opened], kind: str, through: tuple[str, ...]) -> None:
    """Drops what was opened by `kind` last, with all in it; nothing where what is open in it is none of `through`."""
    for index in range(len(opened) - 1, 0, -1):
        if opened[index].by == kind:
            del opened[index:]
            return
        if opened[index].by not in through:
            return
