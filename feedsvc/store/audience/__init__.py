"""The figures of who reads, and the proof of what partners fetched, in a database of their own beside the store.

Serving processes write it, so it is apart from what is published: writing to it delays no publication, and its damage
costs figures alone. It belongs to one node, and is SQLite whatever the store is.
"""
