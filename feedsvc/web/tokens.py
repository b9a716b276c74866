"""Tokens that open a feed: 256 random bits, too many to guess, so that their SHA-256 is safe to keep."""

import hmac
import secrets
from hashlib import sha256


def new() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """In hex."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def matches(token: bytes, hashed: str) -> bool:
    """Whether `token` is the one of which `hashed` is the hash; takes as long for any other."""
    return hmac.compare_digest(sha256(token).hexdigest(), hashed)
