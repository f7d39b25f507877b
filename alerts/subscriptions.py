"""Who gets what: subscriptions from `subscriptions.toml` in the warehouse directory.

Without that file every alert goes to the console and to `alerts.jsonl` in that directory.

[[subscription]]
name = "desk"                 # shown in the outbox instead of the channel's address
channel = "json://host/path"  # "console", "jsonl", "jsonl:FILE", or any Apprise URL
tracks = []                   # empty lists let everything through
mediators = []
types = []
statuses = []
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from alerts.channels import AppriseChannel, Channel, ConsoleChannel, JsonlChannel
from alerts.errors import SubscriptionError
from alerts.render import Name, plain_name
from transforms.vocabulary import MEDIATING_ROLES

_LISTS: Final = ("tracks", "mediators", "types", "statuses")
JSONL_NAME: Final = "alerts.jsonl"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One reader's channel and what passes to it. Empty filters let everything through."""

    name: str
    channel: str
    tracks: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    def wants(self, payload: Mapping[str, Any]) -> bool:
        """Whether an alert's payload passes every filter."""
        mediating = {
            third["id"]
            for third in payload.get("third_parties") or ()
            if MEDIATING_ROLES & set(third.get("roles") or ())
        }
        return (
            (not self.tracks or payload.get("track") in self.tracks)
            and (not self.types or payload.get("type") in self.types)
            and (not self.statuses or payload.get("status") in self.statuses)
            and (not self.mediators or bool(mediating & set(self.mediators)))
        )


DEFAULT: Final = (Subscription("console", "console"), Subscription("jsonl", "jsonl"))
FILE_NAME: Final = "subscriptions.toml"


def load_subscriptions(
    directory: Path, *, file: Path | None = None, alert_urls: Sequence[str] = ()
) -> tuple[Subscription, ...]:
    """The subscriptions in force, JSONL channels with the path of their file.

    Args:
        directory: the warehouse directory; relative JSONL files are put there.
        file: the subscriptions; without it ``subscriptions.toml`` of the directory, and
            without that the default (all alerts to console and JSONL).
        alert_urls: Apprise addresses that get all alerts besides.

    Raises:
        SubscriptionError: the file cannot be read or says something unknown.
    """
    path = file or directory / FILE_NAME
    found = _read(path) if file is not None or path.exists() else DEFAULT
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


def _read(path: Path) -> tuple[Subscription, ...]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SubscriptionError(f"{path}: cannot be read as TOML: {error}") from error
    entries = data.get("subscription", [])
    if not isinstance(entries, list) or not entries or set(data) != {"subscription"}:
        raise SubscriptionError(f"{path}: expected [[subscription]] entries and nothing else")
    found = tuple(_subscription(path, n, entry) for n, entry in enumerate(entries, 1))
    names = [s.name for s in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SubscriptionError(f"{path}: names used twice: {', '.join(twice)}; rename one")
    return found


def _subscription(path: Path, number: int, entry: Mapping[str, Any]) -> Subscription:
    where = f"{path}: subscription {number}"
    known = [field.name for field in fields(Subscription)]
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise SubscriptionError(
            f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(known)}"
        )
    for key in ("name", "channel"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise SubscriptionError(f"{where}: '{key}' must be a text that is not empty")
    lists = {}
    for key in _LISTS:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise SubscriptionError(f"{where}: '{key}' must be a list of texts")
        lists[key] = tuple(value)
    return Subscription(entry["name"], entry["channel"], **lists)


def open_channels(
    subscriptions: Sequence[Subscription], *, name: Name = plain_name
) -> dict[str, Channel]:
    """A channel for each subscription, by its name, that takes what the subscription wants.

    Args:
        subscriptions: what `load_subscriptions` gave.
        name: entity id to the name it is shown by.

    Raises:
        SubscriptionError: a channel's address is none that can be sent to.
    """
    return {s.name: _open(s, name) for s in subscriptions}


def _open(subscription: Subscription, name: Name) -> Channel:
    address, wants = subscription.channel, subscription.wants
    kind, _, path = address.partition(":")
    if address == "console":
        return ConsoleChannel(name=name, wants=wants)
    if kind == "jsonl" and path and not path.startswith("//"):
        return JsonlChannel(Path(path), wants=wants)
    if "://" in address:
        return AppriseChannel(address, name=name, wants=wants)
    raise SubscriptionError(
        f"subscription {subscription.name}: its channel is none of console, jsonl, "
        "jsonl:FILE or an Apprise URL (scheme://…)"
    )
