"""The tables of config.toml for alerts: which trouble is reported, where to, and how."""

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
    """[[alerts]]. A webhook or a mail address, and the kinds of trouble that are reported to it. Without `sections` and
    `feeds`, the silence of the whole site is judged."""

    to: AlertTarget
    what: tuple[AlertKind, ...] = ("silence", "partner", "problems", "publication", "push", "disk")
    sections: tuple[SectionPath, ...] = ()
    feeds: tuple[FeedPath, ...] = ()
    silence: Seconds = 3_600
    """The shortest silence that is reported, however unusual it is."""
    partner: Seconds = 21_600
    """The time for which a partner that used to fetch may stay away."""
    problems: Seconds = 600
    """The time for which a problem must last before it is reported."""
    push: Seconds = 900
    """The longest time for which a push to hubs and subscribers may wait."""
    disk: Percentage = 10
    """The percentage of free space or inodes below which an alarm is raised."""
    again: Seconds = 14_400
    """The time after which continuing trouble is reported again."""


class AliveTable(Table, frozen=True, kw_only=True):
    """[alive]. A URL that is called while there is no alarm of the kinds in `what`. A monitor behind it notices missing
    calls when this machine is dead."""

    url: PingUrl = ""
    every: Seconds = 60
    what: tuple[AlertKind, ...] = ("publication", "disk")


class SmtpTable(Table, frozen=True, kw_only=True):
    """[smtp]. The server through which mail is sent. Its password is in the environment."""

    host: Name = "127.0.0.1"
    port: Port = 25
    security: MailSecurity = "none"
    user: Line = ""
    sender: MailAddress = ""
