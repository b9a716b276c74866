"""The kinds of caches that the configuration may name, loaded when it names one."""


def cache_needs() -> dict[str, tuple[str, ...]]:
    """The keys that each kind needs in [[purge]], by its name."""
    from feedsvc.push.caches import SERVICES

    return {name: service.needs for name, service in SERVICES.items()}
