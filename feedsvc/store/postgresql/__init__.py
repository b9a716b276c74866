"""The store in PostgreSQL, which several nodes can share. The driver is loaded only if the configuration needs it."""
