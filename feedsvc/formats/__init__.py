"""The formats to which a Feed is rendered: each public module ends in one `FORMAT`."""

from feedsvc.formats._opml import render as render_opml
from feedsvc.model.format import Format
from feedsvc.model.registry import collect

__all__ = ["FORMATS", "render_opml"]

FORMATS = collect("feedsvc.formats", "FORMAT", Format)
"""Every output format of this program by its name: what `formats` and `format` in config.toml may say.

A newsroom has more in files of its own, and in installed packages: see `feedsvc.service.available_formats`.
"""
