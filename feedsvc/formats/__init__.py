"""What a Feed is rendered to: each public module ends in one `FORMAT`."""

from feedsvc.ports import Format
from feedsvc.registry import collect

FORMATS = collect("feedsvc.formats", "FORMAT", Format)
"""Every output format by its name: what `formats` in config.toml may list."""
