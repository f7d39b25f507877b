"""The outside world coming in: HTTP, feeds, folders and WARC archives.

Public names are loaded on first use, so that ``import connectors`` costs nothing: a command
that only reads the warehouse must not pay for an HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.errors import ArchiveError as ArchiveError
    from connectors.errors import ArchiveFull as ArchiveFull
    from connectors.errors import ConnectorError as ConnectorError
    from connectors.errors import Permanent as Permanent
    from connectors.errors import Transient as Transient
    from connectors.feeds import parse_feed as parse_feed
    from connectors.folders import read_folder as read_folder
    from connectors.folders import unread_files as unread_files
    from connectors.http import Fetcher as Fetcher
    from connectors.policy import FetchPolicy as FetchPolicy
    from connectors.polling import is_due as is_due
    from connectors.polling import poll as poll
    from connectors.polling import read_feed as read_feed
    from connectors.records import Candidate as Candidate
    from connectors.records import Capture as Capture
    from connectors.records import FeedResult as FeedResult
    from connectors.records import FeedState as FeedState
    from connectors.warc import CaptureArchive as CaptureArchive
    from connectors.warc import DamagedRecord as DamagedRecord
    from connectors.warc import list_archives as list_archives
    from connectors.warc import read_capture as read_capture
    from connectors.warc import read_captures as read_captures

_HOMES = {
    "connectors.errors": "ArchiveError ArchiveFull ConnectorError Permanent Transient",
    "connectors.feeds": "parse_feed",
    "connectors.folders": "read_folder unread_files",
    "connectors.http": "Fetcher",
    "connectors.policy": "FetchPolicy",
    "connectors.polling": "is_due poll read_feed",
    "connectors.records": "Candidate Capture FeedResult FeedState",
    "connectors.warc": "CaptureArchive DamagedRecord list_archives read_capture read_captures",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(_HOME_OF)
