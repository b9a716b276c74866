"""The output formats: each public module of this package ends in one `FORMAT`."""

from feedsvc.formats._opml import render as render_opml
from feedsvc.model.format import Format
from feedsvc.model.registry import collect

__all__ = ["FORMATS", "render_opml"]

FORMATS = collect("feedsvc.formats", "FORMAT", Format)
"""The built-in output formats by name: values for `formats` and `format` in config.toml.

A newsroom has more in files of its own, and in installed packages: see `feedsvc.service.available_formats`.
"""
