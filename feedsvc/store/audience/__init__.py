"""The audience figures, and the record of what partners fetched, in a database of their own beside the store.

Serving processes write to it. It is separate from the store so that this delays no publication, and damage costs only
figures. It belongs to one node, and is always SQLite, whatever the store is.
"""
