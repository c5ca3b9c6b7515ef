"""The sources for people who choose among them: `kvern sources`, and `docs/sources.md`, which this module prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from scrapers.source import Source, sources

HEAD = """# Sources

Made from the code by `python -m scrapers.catalogue > docs/sources.md`; a test compares.

`kvern collect NAME --limit 100` tries one; the [guide](guide.md) says how a recipe names and configures it. Licences
are those of the package where the text itself belongs to its authors. "Replica only" means that the collector was built
against a server that plays the documented layout, and has not been run against the real thing: look at what it gives
before you rely on it, and tell us.

Personal data: of sources marked so, names, handles, pictures and profile links are not read.
"""


def entry(source: Source) -> dict[str, Any]:
    """What there is to know of a source before it is collected."""
    return {
        "name": source.name,
        "description": source.description,
        "languages": list(source.languages),
        "licence": source.licence,
        "size": source.size,
        "auth": source.auth,
        "cost": source.cost,
        "personal_data": source.personal_data,
        "off_because": source.needs_agreement or None,
        "verified": source.verified,
        "home": source.home,
    }


def entries() -> list[dict[str, Any]]:
    """Every source, by name."""
    return [entry(source) for source in sources().values()]


def facts(item: Mapping[str, Any]) -> list[str]:
    """What stands on one line below the name and the description of an entry."""
    return [
        ", ".join(item["languages"]) or "any language",
        f"licence {item['licence']}",
        f"size {item['size']}",
        f"needs {needs(item)}",
        f"costs {item['cost']}",
        f"verified: {item['verified']}",
    ]


def needs(item: Mapping[str, Any]) -> str:
    """What one must have before the source of an entry can be collected."""
    wanted = [item["auth"]] if item["auth"] != "none" else []
    agreement = ["an agreement"] if item["off_because"] and not item["auth"].startswith("an agreement") else []
    return ", ".join([*wanted, *agreement]) or "nothing"


def markdown(found: Sequence[Mapping[str, Any]]) -> str:
    """The page `docs/sources.md` of these entries."""
    lines = [
        "| source | what | languages | licence | size | needs | cost | personal data | verified |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for item in found:
        name = f"[`{item['name']}`]({item['home']})" if item["home"] else f"`{item['name']}`"
        cells = [
            name,
            item["description"],
            ", ".join(item["languages"]) or "any",
            item["licence"],
            item["size"],
            needs(item),
            item["cost"],
            "yes" if item["personal_data"] else "no",
            item["verified"],
        ]
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    off = [f"- `{item['name']}`: {item['off_because']}." for item in found if item["off_because"]]
    off_head = ["", "## Off until the recipe names an agreement", ""] if off else []
    return "\n".join([HEAD, *lines, *off_head, *off]) + "\n"


if __name__ == "__main__":
    print(markdown(entries()), end="")  # noqa: T201 - the page
