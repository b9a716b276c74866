"""Style and script are small, good for good, and can be read on every ground."""

import re
from hashlib import blake2b
from itertools import product

import pytest

from feedsvc import pages
from feedsvc.model.urls import SITE
from feedsvc.web.headers import cache_control

STYLE, SCRIPT = (asset.body.decode() for asset in pages.ASSETS)


def test_style_and_script_are_named_by_their_bytes_and_good_for_good() -> None:
    for asset in pages.ASSETS:
        assert blake2b(asset.body, digest_size=8).hexdigest() in asset.path
        assert cache_control(asset.max_age) == f"public, max-age={pages.FOR_GOOD}, immutable"


@pytest.mark.parametrize("path", ["/style-1a2b/", "/style/rss.xml", "/news/style-0123456789abcdef.css", "/style.css"])
def test_no_other_path_is_taken_for_style_or_script(path: str) -> None:
    assert not pages.is_asset(path)


def test_style_and_script_are_the_same_on_every_address_of_the_service() -> None:
    assert SITE not in STYLE + SCRIPT


def test_the_style_is_small_and_fetches_nothing() -> None:
    assert len(STYLE) < 6144
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), list(product(["ink", "quiet", "accent"], ["paper", "wash"])))
def test_every_ink_can_be_read_on_every_ground(scheme: int, ink: str, ground: str) -> None:
    colours = {name: re.findall(rf"--{name}: (#\w{{6}})", STYLE)[scheme] for name in (ink, ground)}
    low, high = sorted(map(luminance, colours.values()))
    assert (high + 0.05) / (low + 0.05) >= 4.5
