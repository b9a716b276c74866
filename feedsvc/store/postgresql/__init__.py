"""The store in PostgreSQL: what several nodes share. Its driver is loaded only where the configuration asks for it."""
