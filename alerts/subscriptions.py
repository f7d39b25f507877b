"""Who gets what, when to trust it, where and when: the subscriptions in force.

`alerts.subscription_file` reads them from `subscriptions.toml` in the warehouse directory;
without that file every alert goes to the console and to `alerts.jsonl` in that directory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alerts.channels import AppriseChannel, Channel, ConsoleChannel, JsonlChannel
from alerts.errors import SubscriptionError
from alerts.mail import MailChannel, mail_target
from alerts.render import Name, plain_name
from alerts.schedule import Schedule
from alerts.trust import Trust
from alerts.webhook import WebhookChannel
from transforms.vocabulary import MEDIATING_ROLES

if TYPE_CHECKING:
    from dossiers.records import Dossier

JSONL_NAME: Final = "alerts.jsonl"
FILE_NAME: Final = "subscriptions.toml"
AT_ONCE: Final = Trust()
ANY_TIME: Final = Schedule()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One reader: a channel, what passes to it, and when. Empty filters let everything through.

    Attributes:
        name: shown in the outbox instead of the channel's address.
        channel: ``console``, ``jsonl``, ``jsonl:FILE``, ``webhook:URL`` or an Apprise URL.
        secret: of a webhook, what its messages are signed with.
        countries: ISO 3166-1 alpha-3; a venue there, or a third party that is this state.
        languages: ISO 639-1; told in one of them.
        least: what an event must have, however long that takes.
        trust: what it must have to be told before its waiting time is over.
    """

    name: str
    channel: str
    secret: str | None = field(default=None, repr=False)
    tracks: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    least: Trust = AT_ONCE
    trust: Trust = AT_ONCE
    schedule: Schedule = ANY_TIME

    def objection(self, payload: Mapping[str, Any]) -> str | None:
        """Why an alert's payload does not pass, by the key of the filter; None where it does."""
        filters: tuple[tuple[str, Sequence[str], set[str]], ...] = (
            ("tracks", self.tracks, _one(payload.get("track"))),
            ("types", self.types, _one(payload.get("type"))),
            ("statuses", self.statuses, _one(payload.get("status"))),
            ("causes", self.causes, _one(payload.get("cause"))),
            ("mediators", self.mediators, _mediators(payload)),
            ("countries", self.countries, _countries(payload)),
            ("languages", self.languages, _languages(payload)),
        )
        for key, wanted, found in filters:
            if wanted and not found & set(wanted):
                return f"{key}: {', '.join(sorted(found)) or 'none'}"
        return None

    def wants(self, payload: Mapping[str, Any]) -> bool:
        """Whether an alert's payload passes every filter."""
        return self.objection(payload) is None


def _one(value: Any) -> set[str]:
    return {str(value)} if value else set()


def _mediators(payload: Mapping[str, Any]) -> set[str]:
    return {
        third["id"]
        for third in payload.get("third_parties") or ()
        if MEDIATING_ROLES & set(third.get("roles") or ())
    }


def _countries(payload: Mapping[str, Any]) -> set[str]:
    venue = (payload.get("venue") or {}).get("country")
    thirds = {third["id"] for third in payload.get("third_parties") or ()}
    return {i.removeprefix("actor:") for i in thirds if i.startswith("actor:")} | _one(venue)


def _languages(payload: Mapping[str, Any]) -> set[str]:
    return {str(piece["lang"]) for piece in payload.get("evidence") or () if piece.get("lang")}


DEFAULT: Final = (Subscription("console", "console"), Subscription("jsonl", "jsonl"))


def load_subscriptions(
    directory: Path,
    *,
    file: Path | None = None,
    alert_urls: Sequence[str] = (),
    dossier: Dossier | None = None,
) -> tuple[Subscription, ...]:
    """The subscriptions in force, JSONL channels with the path of their file.

    Args:
        directory: the warehouse directory; relative JSONL files are put there.
        file: the subscriptions; without it ``subscriptions.toml`` of the directory, and
            without that the default (all alerts to console and JSONL).
        alert_urls: Apprise addresses that get all alerts besides.
        dossier: what tracks, mediators and languages must be known to; None knows any.

    Raises:
        SubscriptionError: the file cannot be read or says something unknown.
    """
    from alerts.subscription_file import read

    path = file or directory / FILE_NAME
    found = read(path, dossier) if file is not None or path.exists() else DEFAULT
    extra = tuple(Subscription(_url_name(url), url) for url in dict.fromkeys(alert_urls))
    return tuple(_placed(subscription, directory) for subscription in (*found, *extra))


def _url_name(url: str) -> str:
    """A stable name that shows no secret: the address's scheme and a digest of it."""
    digest = hashlib.sha256(url.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{url.partition('://')[0][:20]}-{digest}"


def _placed(subscription: Subscription, directory: Path) -> Subscription:
    kind, _, rest = subscription.channel.partition(":")
    if kind != "jsonl" or rest.startswith("//"):
        return subscription
    return replace(subscription, channel=f"jsonl:{directory / (rest or JSONL_NAME)}")


def open_channels(
    subscriptions: Sequence[Subscription], *, name: Name = plain_name
) -> dict[str, Channel]:
    """A channel for each subscription, by its name.

    Args:
        subscriptions: what `load_subscriptions` gave.
        name: entity id to the name it is shown by.

    Raises:
        SubscriptionError: a channel's address is none that can be sent to.
    """
    return {s.name: _open(s, name) for s in subscriptions}


def _open(subscription: Subscription, name: Name) -> Channel:
    address = subscription.channel
    kind, _, rest = address.partition(":")
    if address == "console":
        return ConsoleChannel(name=name)
    if kind == "jsonl" and rest and not rest.startswith("//"):
        return JsonlChannel(Path(rest))
    if kind == "webhook" and not rest.startswith("//"):
        return WebhookChannel(rest, subscription.secret or "", owner=subscription.name)
    if "://" in address:
        target = mail_target(address)
        if target is not None:
            return MailChannel(target, owner=subscription.name, name=name)
        return AppriseChannel(address, name=name)
    raise SubscriptionError(
        f"subscription {subscription.name}: its channel is none of console, jsonl, "
        "jsonl:FILE, webhook:URL or an Apprise URL (scheme://…)"
    )
