"""Tokens that open a feed: 256 random bits, which cannot be guessed, so it is safe to store a plain SHA-256 of them."""

import hmac
import secrets
from hashlib import sha256


def new() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """The hash of a token, in hex."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def matches(token: bytes, hashed: str) -> bool:
    """True if `hashed` is the hash of `token`. Compares in constant time."""
    return hmac.compare_digest(sha256(token).hexdigest(), hashed)
