"""Checks the secrets that the configuration leaves to the environment. A message never shows the value of one."""

from collections.abc import Iterator, Mapping

from feedsvc.config.caches import CacheNeeds
from feedsvc.config.errors import Issue
from feedsvc.config.tables import Config
from feedsvc.config.value_types import STORE_SCHEME

BUCKET_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_ENDPOINT_URL",
)
"""The environment variables with the key and the place of a bucket."""
ALERTS_SECRET = "FEEDSVC_ALERTS_SECRET"  # noqa: S105 - the name of a variable
"""The environment variable with the secret by which requests to webhooks are signed."""
SMTP_PASSWORD = "FEEDSVC_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable with the password for the mail server."""


def secret_issues(config: Config, kinds: Mapping[str, CacheNeeds], environment: Mapping[str, str]) -> Iterator[Issue]:
    """An issue for each variable that the configuration needs, and whose bytes are not UTF-8: Python reads such bytes
    as lone surrogates, which no request can carry. `kinds` are the kinds of caches."""
    users: dict[str, str] = {}
    for key, variables in _uses(config, kinds):
        for variable in variables:
            users.setdefault(variable, key)
    for variable, key in users.items():
        if not _is_text(environment.get(variable, "")):
            reason = (
                f"{variable} in the environment has bytes that are not UTF-8; they are not shown, as it may be a secret"
            )
            yield Issue(key, reason, f"set {variable} again, without them")


def _uses(config: Config, kinds: Mapping[str, CacheNeeds]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys of the tables that need secrets, each with the variables of these."""
    if config.articles.path.startswith(STORE_SCHEME):
        yield "articles.path", BUCKET_VARIABLES
    for number, place in enumerate(config.publish):
        if place.to.startswith(STORE_SCHEME):
            yield f"publish[{number}].to", BUCKET_VARIABLES
    for number, cache in enumerate(config.purge):
        if cache.service in kinds:
            yield f"purge[{number}].service", kinds[cache.service].variables
    for number, _ in enumerate(config.alerts):
        yield f"alerts[{number}].to", (ALERTS_SECRET,)
    if config.smtp.user:
        yield "smtp.user", (SMTP_PASSWORD,)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
