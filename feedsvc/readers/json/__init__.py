"""Reads JSON that is an article: ninjs items, and the JSON-LD of schema.org."""
