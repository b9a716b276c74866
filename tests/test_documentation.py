"""The pages for users name what is there: every key, option and file, and no other."""

import re
import tomllib
from pathlib import Path

import msgspec
import partner_options
import pytest

from feedsvc.config import tables
from feedsvc.formats import FORMATS
from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import read
from feedsvc.readers.metadata.keys import KEYS, normalised

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
NEWSROOM = (ROOT / "docs/newsroom.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs/configuration.md").read_text("utf-8")
PARTNERS = (ROOT / "docs/partners.md").read_text("utf-8")
SWITCHES = {"build", "headless", "hidden", "private", "unlisted", "unpublished", "visibility", "excluded"}
"""Fields that are explained in a sentence below the table of keys."""


def heading(text: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_to_what_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        if anchor:
            assert anchor in {
                heading(each) for each in re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
            }


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


# --- articles ---------------------------------------------------------------------------------------------------------


def test_every_field_of_an_article_is_in_the_table_of_keys() -> None:
    part = NEWSROOM.partition("## The keys")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|(.*?)\|", part, re.MULTILINE)
    fields = {key: name for name, keys in KEYS.items() for key in keys}
    listed = {}
    for key, others in rows:
        names = [normalised(each) for each in (key, *re.findall(r"`([\w-]+)`", others))]
        assert len({fields.get(name) for name in names} - {None}) == 1, key
        assert all(name in fields for name in names), names
        listed[fields[names[0]]] = names
    assert set(KEYS) - SWITCHES == set(listed)


@pytest.mark.parametrize("field", sorted(SWITCHES))
def test_every_key_that_keeps_an_article_out_is_named(field: str) -> None:
    named = {normalised(each) for each in re.findall(r"`(\w+)", NEWSROOM)}
    assert named & set(KEYS[field])


def test_the_example_is_an_article_without_a_fault() -> None:
    example = re.search(r"```markdown\n(.*?)```", NEWSROOM, re.DOTALL)
    assert example
    copy, problems = read(Source(path="news/eu/cod-quota.md", data=example[1].encode()), ReaderOptions())
    assert problems == ()
    assert (copy.title, copy.sections) == ("Cod quota is cut by a fifth", (("News", "EU"),))
    assert [medium.description for medium in copy.media] == ["The night boat comes in"]


# --- configuration ----------------------------------------------------------------------------------------------------


def shown(default: object) -> str:
    return msgspec.json.encode(default, enc_hook=str).decode().replace(",", ", ")


def test_every_key_of_the_configuration_is_explained_with_its_default() -> None:
    parts = re.split(r"^## \[+([\w.]+)\]+$", CONFIGURATION, flags=re.MULTILINE)
    explained = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name, kind in zip(tables.Config.__struct_fields__, msgspec.structs.fields(tables.Config), strict=True):
        table = next(each for each in _structs(kind.type) if issubclass(each, tables.Table))
        rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", explained.pop(name), re.MULTILINE))
        fields = msgspec.structs.fields(table)
        assert set(rows) == {field.encode_name for field in fields}, name
        for field in fields:
            if field.required:
                assert rows[field.encode_name] == "needed"
            elif isinstance(field.default, bool | tuple):
                assert rows[field.encode_name] == f"`{shown(field.default)}`" or name in ("feeds", "sections")
    assert explained == {}


def _structs(kind: object) -> list[type[msgspec.Struct]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [each for part in getattr(kind, "__args__", ()) for each in _structs(part)]


def test_the_keys_that_are_named_with_their_table_exist() -> None:
    known = _tables()
    for page in PAGES:
        for name, key in re.findall(r"`\[+(\w+)\]+ (\w+)", page.read_text("utf-8")):
            assert name in known, f"{page.name}: [{name}]"
            assert key in known[name], f"{page.name}: [{name}] {key}"


def _tables() -> dict[str, set[str]]:
    return {
        field.encode_name: {each.encode_name for each in msgspec.structs.fields(_structs(field.type)[0])}
        for field in msgspec.structs.fields(tables.Config)
    }


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_examples_of_the_configuration_are_toml(page: Path) -> None:
    for example in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        assert tomllib.loads(example)


# --- partners ---------------------------------------------------------------------------------------------------------


def test_every_option_of_every_partner_is_explained() -> None:
    assert PARTNERS.partition("## Options\n\n")[2].rstrip() == partner_options.tables()


def test_every_format_is_in_the_table_of_partners() -> None:
    rows = set(re.findall(r"^\| `([\w-]+)` \|", PARTNERS.partition("## Options")[0], re.MULTILINE))
    assert rows == {name for name, form in FORMATS.items() if not form.filename}
