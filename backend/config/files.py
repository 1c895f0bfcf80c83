"""How long browsers may keep the built front end's files."""

from wsgiref.headers import Headers

_A_YEAR_S = 31_536_000


def add_cache_headers(headers: Headers, _path: str, url: str) -> None:
    """Keep hashed assets for ever; ask for the service worker anew each time, or no update would reach a phone."""
    if url.startswith("/assets/"):
        headers["Cache-Control"] = f"max-age={_A_YEAR_S}, public, immutable"
    elif url == "/sw.js":
        headers["Cache-Control"] = "no-cache"
