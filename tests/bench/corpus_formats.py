"""A story in each of the formats that an article may have: a file, and the sidecar that completes it."""

import json
from collections.abc import Callable
from datetime import datetime
from html import escape

import yaml
from corpus_json import json_ld, ninjs, schema_org
from corpus_story import File, Story, Value, quoted, sidecar, special, tables, toml, toml_value, usual

# --- Markdown ---------------------------------------------------------------------------------------------------------


def yaml_markdown(story: Story) -> File:
    """Front matter in YAML: for two stories of three as an editor writes it, for the third as a program does."""
    said = usual(story) | special(story)
    if story.number % 3 == 2:
        front = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    else:
        front = "".join(f"{key}: {_yaml_value(value)}\n" for key, value in said.items())
    return File(".md", f"---\n{front}---\n\n{_markdown(story)}".encode())


def _yaml_value(value: Value) -> str:
    if found := tables(value):
        items = ("\n    ".join(f"{key}: {quoted(each)}" for key, each in table.items()) for table in found)
        return "".join(f"\n  - {item}" for item in items)
    return toml_value(value)


def toml_markdown(story: Story) -> File:
    return File(".md", f"+++\n{toml(usual(story) | special(story))}+++\n\n{_markdown(story)}".encode())


def _markdown(story: Story) -> str:
    first, *rest = story.paragraphs
    blocks = [first, *(_DRESSED[(story.number + place) % len(_DRESSED)](text) for place, text in enumerate(rest))]
    return "\n\n".join(blocks) + "\n"


_DRESSED: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"## {text[:40].strip()}\n\n{text}",
    lambda text: f"*{text[:12].strip()}* **{text[12:30].strip()}** {text[30:]}",
    lambda text: f"> {text}",
    lambda text: f"[{text[:20].strip()}](/pictures/wide-1.jpg) {text}",
    lambda text: f"- {text[:30].strip()}\n- {text[30:60].strip()}\n\n{text}",
    lambda text: f"![](https://www.lowmere.example/media/pictures/wide-2.png)\n\n{text}",
    lambda text: f"| a | b |\n|---|---|\n| {text[:10].strip()} | 2 |\n\n{text}",
    lambda text: f"```\nif a < b && c:\n    {text[:20].strip()}\n```\n\n{text}",
    lambda text: f"{text} <https://elsewhere.example/a?b=1&c=2>",
    lambda text: f'<b onclick="no()">{escape(text[:20])}</b><script>no()</script> {text}',
)
"""Marks that Markdown has, by which paragraphs differ."""


# --- saved pages ------------------------------------------------------------------------------------------------------


def captured(story: Story) -> File:
    """The text of a saved page. What it has no line for stands in a sidecar, if there is anything of that kind."""
    blocks = [" \u00a0 / \u00a0 ".join(story.chain)] if story.chain else []
    blocks.append(story.title)
    if story.published is not None:
        blocks.append(_date_line(story.published, story.updated))
    if story.shown.caption:
        blocks.append(f"{story.shown.caption} (Photo by {story.shown.credit})")
    blocks += story.paragraphs
    hosts = "\n\n".join(story.alternates)
    if hosts:
        blocks.append(
            f"The Low Mere Gazette’s website can also be accessed at the following alternate addresses:\n\n{hosts}"
        )
    blocks += ["SHARE THIS ARTICLE", "Low Mere Gazette News Roku"]
    beside = special(story)
    if beside or story.language or story.number % 4 == 0:
        beside |= {key: value for key, value in usual(story).items() if key in _BESIDE}
    return File(".txt", "\n\n".join(blocks).encode(), sidecar(beside))


_BESIDE = ("tags", "keywords", "authors", "summary", "description", "lang", "language", "image")
_DAY = "%A, %d %B %Y %I:%M %p"


def _date_line(published: datetime, updated: datetime | None) -> str:
    changed = f"  [ Last Update: {updated.strftime(_DAY)} ]" if updated else ""
    return f"{published.strftime(_DAY)}{changed}"


def web_page(story: Story) -> File:
    """A saved page with JSON-LD, OpenGraph and meta; its pictures are named relative to it."""
    meta = {
        "og:type": "article",
        "og:title": story.title,
        "og:description": story.summary,
        "article:section": " / ".join(story.chain),
    }
    head = "".join(f'<meta property="{key}" content="{escape(value)}">\n' for key, value in meta.items() if value)
    linked = json.dumps(schema_org(story), ensure_ascii=False, indent=1).replace("</", "<\\/")
    first, *rest = (f"<p>{escape(text)}</p>" for text in story.paragraphs)
    image = f'<figure><img src="{escape(story.shown.image)}" alt=""></figure>' if story.shown.image else ""
    page = (
        f'<!DOCTYPE html>\n<html lang="{story.language or "en"}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(story.title)} | The Low Mere Gazette</title>\n{head}"
        f'<script type="application/ld+json">\n{linked}\n</script>\n</head>\n<body>\n<nav><p>News</p></nav>\n'
        f"<main><article>\n<h1>{escape(story.title)}</h1>\n{image}{first}\n<h2>{escape(story.summary[:40])}</h2>\n"
        + "\n".join(rest)
        + "\n</article></main>\n<footer><p>SHARE THIS ARTICLE</p></footer>\n</body>\n</html>\n"
    )
    return File(".html", page.encode(), sidecar(special(story)))


KINDS: tuple[Callable[[Story], File], ...] = (
    *(
        yaml_markdown,
        captured,
        toml_markdown,
        web_page,
        yaml_markdown,
        ninjs,
        captured,
        json_ld,
        yaml_markdown,
        captured,
    ),
    *(
        toml_markdown,
        yaml_markdown,
        ninjs,
        captured,
        web_page,
        yaml_markdown,
        json_ld,
        captured,
        toml_markdown,
        yaml_markdown,
    ),
)
"""How often each format occurs, in 20."""
