"""Pages with what a benchmark printed between two marker comments, and around them what a person wrote."""

from collections.abc import Callable
from pathlib import Path

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"


def publish(measure: Callable[[], str], page: Path | None, title: str) -> None:
    """Prints what `measure` gives, and writes it between the markers of the page, if there is to be one.

    title: of a page that does not exist yet. Raises SystemExit where a page has no markers, before it measures.
    """
    if page:
        around_markers(page, title)
    text = measure()
    print(text)
    if page:
        before, after = around_markers(page, title)
        page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def around_markers(page: Path, title: str) -> tuple[str, str]:
    """What stands before and after the markers of the page."""
    text = page.read_text("utf-8") if page.exists() else f"# {title}\n\n{BEGIN}\n{END}\n"
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page.name} has no lines {BEGIN} and {END}; add them where the results are to stand")
    return before, after
