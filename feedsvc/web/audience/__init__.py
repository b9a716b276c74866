"""Counts readers: subscribers of feeds, and what partners have fetched. No personal data is kept.

`counter` is called on each request and only takes notes. `recorder`, in a thread of its own, turns them into figures
with `tally` and `deliveries`, and discards them. `agents` knows the programs, `access_logs` the logs of other servers.
"""
