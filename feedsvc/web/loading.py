"""The lock under which modules are loaded while requests are answered.

Two threads that load modules which import each other may each see half of one. So whatever is loaded after the first
request could come is loaded by one thread at a time.
"""

from threading import RLock

LOADING = RLock()
