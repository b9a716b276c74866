"""Counts who reads: subscribers of feeds, and what partners have fetched. Nothing of a person is kept.

`counter` stands in the way of requests and only takes notes; `recorder`, in a thread of its own, makes figures of them
by `tally` and `deliveries`, and forgets them. `agents` knows the programs, `access_logs` the logs of other servers.
"""
