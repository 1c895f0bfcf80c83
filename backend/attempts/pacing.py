"""How often one person may write, whichever door they come through. By person, never by address: a ward office seats
five hundred people behind one."""

from backend.infra.ratelimit import KeyedBuckets

writes = KeyedBuckets(per_s=5, burst=100)
# Set in the ASGI scope by who has counted a request already.
COUNTED = "hoithi.counted"
