"""A preview shows what readers do not see yet, marked, from a store of its own and on this machine alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from feedsvc.config import load
from feedsvc.model.article import ArticleCopy, Status
from feedsvc.service.preview import PreviewConfig, preview_of, shown_early

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COPY = ArticleCopy(title="The ferry", published=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("copy", "title"),
    [
        (replace(COPY, status=Status.DRAFT), "[Draft] The ferry"),
        (replace(COPY, embargo=NOW + timedelta(hours=3)), "[Embargo until 2026-11-21 00:00] The ferry"),
        (replace(COPY, published=NOW + timedelta(minutes=1)), "[Scheduled for 2026-11-20 21:01] The ferry"),
    ],
)
def test_what_readers_do_not_see_yet_is_shown_under_a_mark(copy: ArticleCopy, title: str) -> None:
    shown = shown_early(copy, NOW, "Asia/Tokyo")
    assert shown.title == title
    assert (shown.status, shown.embargo, shown.slug) == (Status.USABLE, None, "The ferry")
    assert shown.published is not None
    assert shown.published <= NOW


@pytest.mark.parametrize(
    "copy", [COPY, replace(COPY, embargo=NOW), replace(COPY, status=Status.WITHDRAWN, embargo=NOW + timedelta(1))]
)
def test_anything_else_is_as_readers_see_it(copy: ArticleCopy) -> None:
    assert shown_early(copy, NOW, "UTC") is copy


def test_a_preview_has_a_store_and_an_address_of_its_own_and_the_ids_of_the_site(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\nmirrors = ["https://m.example"]\n')
    settings = load(file)
    preview = preview_of(settings, "http://127.0.0.1:8000")
    assert isinstance(preview, PreviewConfig)
    assert not isinstance(settings, PreviewConfig)
    assert preview.site.url == "http://127.0.0.1:8000"
    assert preview.site.mirrors == ("https://mere.example", "https://m.example")
    assert preview.site.authority == settings.site.authority
    assert preview.state.path == settings.state.path / "preview"
    assert "Preview" in preview.site.title


def test_a_preview_publishes_for_itself_where_the_node_only_serves(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\n[server]\npublish = false\n')
    settings = load(file)
    assert not settings.server.publish
    assert preview_of(settings, "http://127.0.0.1:8000").server.publish


def test_a_preview_is_written_to_no_other_place(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\n[[publish]]\nto = "copy"\n')
    settings = load(file)
    assert settings.publish
    assert preview_of(settings, "http://127.0.0.1:8000").publish == ()
