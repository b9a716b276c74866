"""The tables of config.toml that say who is told of trouble, and how."""

from feedsvc.config.table import Table
from feedsvc.config.value_types import (
    AlertKind,
    AlertTarget,
    FeedPath,
    Line,
    MailAddress,
    MailSecurity,
    Name,
    Percentage,
    PingUrl,
    Port,
    Seconds,
    SectionPath,
)


class AlertTable(Table, frozen=True, kw_only=True):
    """[[alerts]]. A webhook or an address of mail, and the kinds of trouble that it is told. Without `sections` and
    `feeds`, silence is that of the whole site."""

    to: AlertTarget
    what: tuple[AlertKind, ...] = ("silence", "partner", "problems", "publication", "push", "disk")
    sections: tuple[SectionPath, ...] = ()
    feeds: tuple[FeedPath, ...] = ()
    silence: Seconds = 3_600
    """The shortest silence that is told, however unusual it is."""
    partner: Seconds = 21_600
    """The time for which a partner that used to fetch may stay away."""
    problems: Seconds = 600
    """The time for which a problem has to last."""
    push: Seconds = 900
    """The time for which hubs and subscribers may wait."""
    disk: Percentage = 10
    """The share of the disk below which too little is free."""
    again: Seconds = 14_400
    """The time until trouble that stands is told again."""


class AliveTable(Table, frozen=True, kw_only=True):
    """[alive]. A URL that is called while no alarm of the kinds in `what` stands: who watches it misses the call when
    this machine is dead."""

    url: PingUrl = ""
    every: Seconds = 60
    what: tuple[AlertKind, ...] = ("publication", "disk")


class SmtpTable(Table, frozen=True, kw_only=True):
    """[smtp]. The server that takes mail. Its password is in the environment."""

    host: Name = "127.0.0.1"
    port: Port = 25
    security: MailSecurity = "none"
    user: Line = ""
    sender: MailAddress = ""
