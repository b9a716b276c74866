"""Reads articles in JSON: ninjs items, and the JSON-LD of schema.org."""
