"""What a Feed is rendered to: each public module ends in one `FORMAT`."""

from feedsvc.model.format import Format
from feedsvc.model.registry import collect, extend

FORMATS = collect("feedsvc.formats", "FORMAT", Format)
"""Every output format by its name: what `formats` and `format` in config.toml may say.

A package of the newsroom's own adds one by an entry point of the group `feedsvc.formats`, `name = "package.module"`.
"""
extend(FORMATS, "feedsvc.formats", "FORMAT", Format)
