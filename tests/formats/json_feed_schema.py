"""JSON Feed 1.1 as a JSON Schema, written for these tests from the text of the specification."""

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": r"^https?://[^\s\"<>\\^`{|}]+$"}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
COUNT = {"type": "number", "exclusiveMinimum": 0}
AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "url": ADDRESS, "avatar": ADDRESS},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
ATTACHMENT = {
    "type": "object",
    "properties": {
        "url": ADDRESS,
        "mime_type": {"type": "string", "pattern": "^[^/ ]+/[^/ ]+$"},
        "title": TEXT,
        "size_in_bytes": COUNT,
        "duration_in_seconds": COUNT,
    },
    "required": ["url", "mime_type"],
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "url": ADDRESS,
        "title": TEXT,
        "content_html": TEXT,
        "content_text": TEXT,
        "summary": TEXT,
        "image": ADDRESS,
        "date_published": DATE,
        "date_modified": DATE,
        "authors": AUTHORS,
        "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
        "language": TEXT,
        "attachments": {"type": "array", "minItems": 1, "items": ATTACHMENT},
    },
    "required": ["id", "url"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "description": TEXT,
        "icon": ADDRESS,
        "favicon": ADDRESS,
        "authors": AUTHORS,
        "language": TEXT,
        "items": {"type": "array", "items": ITEM},
    },
    "required": ["version", "title", "items", "home_page_url", "feed_url"],
    "additionalProperties": False,
}
