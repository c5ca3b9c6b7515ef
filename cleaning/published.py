"""Word lists as they were published with the rules that use them."""

from pathlib import Path

import msgspec


class Published(msgspec.Struct, frozen=True):
    """The lists of `published.toml`, which says where each is from."""

    gopher_stop_words: tuple[str, ...]
    c4_line_ends: tuple[str, ...]
    c4_line_phrases: tuple[str, ...]
    c4_page_phrases: tuple[str, ...]
    fineweb_line_ends: str


PUBLISHED = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Published)
