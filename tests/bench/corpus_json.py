"""A story as JSON: schema.org's NewsArticle, and IPTC ninjs in its versions."""

import json
from datetime import datetime
from html import escape

from corpus_story import File, Shown, Story, sidecar, special


def json_ld(story: Story) -> File:
    """A schema.org NewsArticle; every other one within a graph."""
    node = schema_org(story) | {"articleBody": "\n\n".join(story.paragraphs)}
    document: object = node if story.number % 2 else {"@context": "https://schema.org", "@graph": [node]}
    return File(".json", _json(document), sidecar(special(story)))


def schema_org(story: Story) -> dict[str, object]:
    shown = story.shown
    image = {"@type": "ImageObject", "url": shown.image, "caption": shown.caption, "creditText": shown.credit}
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.summary,
        "datePublished": story.published.isoformat() if story.published else "",
        "dateModified": story.updated.isoformat() if story.updated else "",
        "inLanguage": story.language,
        "articleSection": [" / ".join(chain) for chain in (story.chain, *story.more_chains) if chain],
        "keywords": ", ".join(story.tags),
        "author": [{"@type": "Person", "name": name, "email": mail} for name, mail in story.authors],
        "image": image if shown.image else "",
    }
    return {key: value for key, value in said.items() if value}


def ninjs(story: Story) -> File:
    """A ninjs item in one of the versions 1, 2 and 3, which the number of the story decides."""
    make = (_ninjs_1, _ninjs_2, _ninjs_3)[story.number // 20 % 3]
    beside = {key: value for key, value in special(story).items() if key not in ("id", "status", "embargo")}
    return File(".json", _json({key: value for key, value in make(story).items() if value}), sidecar(beside))


def _ninjs_1(story: Story) -> dict[str, object]:
    sections = [
        {"name": " / ".join(chain), "scheme": "section"} for chain in (story.chain, *story.more_chains) if chain
    ]
    return _item(story) | {
        "mimetype": "text/html",
        "versioncreated": _iso(story.updated or story.published),
        "firstcreated": _iso(story.published),
        "headline": story.title,
        "byline": "".join(f"By {name}" for name, _ in story.authors[:1]),
        "description_text": story.summary,
        "body_xhtml": _xhtml(story),
        "subject": [*sections, *({"name": tag} for tag in story.tags)],
        "associations": {"featuremedia": _picture(story.shown, "mimetype")} if story.shown.image else {},
    }


def _ninjs_2(story: Story) -> dict[str, object]:
    return _item(story) | {
        "versioncreated": _iso(story.updated or story.published),
        "firstcreated": _iso(story.published),
        "headlines": [{"role": "main", "value": story.title}, {"role": "short", "value": story.title[:20]}],
        "descriptions": [{"role": "main", "value": story.summary}],
        "bodies": [{"role": "main", "contenttype": "text/plain", "value": "\n\n".join(story.paragraphs)}],
        "people": [{"rel": "author", "name": name} for name, _ in story.authors],
        "subjects": [
            *({"name": " / ".join(chain), "rel": "section"} for chain in (story.chain, *story.more_chains) if chain),
            *({"name": tag} for tag in story.tags),
        ],
        "associations": [_picture(story.shown, "contenttype")] if story.shown.image else [],
    }


def _ninjs_3(story: Story) -> dict[str, object]:
    flat = _ninjs_2(story)
    camel = {"versioncreated": "versionCreated", "firstcreated": "firstCreated", "pubstatus": "pubStatus"}
    bodies = [{"role": "main", "contentType": "text/html", "value": _xhtml(story)}]
    return {camel.get(key, key): value for key, value in flat.items()} | {"bodies": bodies}


def _item(story: Story) -> dict[str, object]:
    held = "canceled" if story.release.status == "withdrawn" else story.release.status
    return {
        "uri": story.id or f"tag:wire.example,2026:item-{story.number}",
        "type": "text",
        "pubstatus": held or "usable",
        "language": story.language,
        "embargoed": _iso(story.release.embargo),
        "located": "Low Mere",
    }


def _picture(shown: Shown, kind: str) -> dict[str, object]:
    """An association, whose renditions are a table in ninjs 1 and a list since; `kind` is the key of a media type."""
    form: dict[str, object] = {"href": shown.image, kind: "image/jpeg", "width": 1600, "height": 900}
    renditions = {"main": form} if kind == "mimetype" else [form | {"name": "main"}]
    said = {"type": "picture", "headline": shown.caption, "description_text": shown.caption, "byline": shown.credit}
    return {**said, "name": "featuremedia", "renditions": renditions}


def _xhtml(story: Story) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in story.paragraphs)


def _iso(when: datetime | None) -> str:
    return when.isoformat() if when else ""


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
