"""The lock for imports that run while requests are answered.

If two threads load modules that import each other, each may see a half-loaded one. So any import after the first
request may arrive is done by one thread at a time.
"""

from threading import RLock

LOADING = RLock()
