"""`feedsvc serve` says where to look, and what will not work from there."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from feedsvc.config import Config, load
from feedsvc.service.greeting import greeting, is_address_of, local_url
from feedsvc.service.preview import preview_of


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    file = tmp_path / "config.toml"
    file.write_text('[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\n')
    return load(file)


@pytest.mark.parametrize(
    ("url", "host", "port", "same"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("http://localhost:8000", "127.0.0.1", 8000, True),
        ("http://127.0.0.1:8000", "127.0.0.1", 18501, False),
        ("http://127.0.0.1", "127.0.0.1", 80, True),
        ("http://192.0.2.7:8000", "0.0.0.0", 8000, True),
        ("https://mere.example", "0.0.0.0", 8000, False),
        ("https://mere.example", "127.0.0.1", 8000, False),
        ("http://Mere.example:8000", "mere.example", 8000, True),
        ("http://[::1]:8000", "::1", 8000, True),
    ],
)
def test_the_address_of_the_site_is_compared_with_the_one_that_is_served(
    url: str, host: str, port: int, *, same: bool
) -> None:
    assert is_address_of(url, host, port) is same


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80/"), ("0.0.0.0", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/")],
)
def test_the_url_can_be_opened_in_a_browser_of_this_machine(host: str, url: str) -> None:
    assert local_url(host, 80) == url


def test_another_address_than_the_sites_is_told(settings: Config) -> None:
    told = "\n".join(greeting(settings, "127.0.0.1", 8000))
    assert "http://127.0.0.1:8000/" in told
    assert str(settings.articles_folder) in told
    assert "https://mere.example ([site] url)" in told
    assert "serve --preview" in told


def test_a_preview_says_that_it_is_one(settings: Config) -> None:
    told = "\n".join(greeting(preview_of(settings, "http://127.0.0.1:8000"), "127.0.0.1", 8000))
    assert "Preview: Low Mere" in told
    assert "nothing of this is published" in told
    assert "[site] url" not in told


def test_a_node_that_only_serves_does_not_ask_for_stories(settings: Config) -> None:
    node = replace(settings, server=replace(settings.server, publish=False))
    told = " ".join(greeting(node, "127.0.0.1", 8000))
    assert f"only serves what another process publishes in {settings.state.path}" in told
    assert "save a file" not in told
