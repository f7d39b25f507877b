"""Settings of a deployment, read from ``ARAXES_*`` environment variables or ``.env``.

Only the flows read them; every other room takes arguments.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings with their defaults; `docs/settings.md` is generated from this class."""

    model_config = SettingsConfigDict(env_prefix="ARAXES_", env_file=".env", extra="ignore")

    warehouse: Path = Field(Path("data"), description="The warehouse directory.")
    seeds: Path | None = Field(
        None,
        description="Folder of the five seed documents; default ../shared/seeds beside the code.",
    )
    workers: int = Field(2, ge=1, description="Extraction processes.")
    page_seconds: float = Field(20.0, gt=0, description="Time limit of one page's extraction.")
    batch_size: int = Field(200, ge=1, description="Captures taken into one transaction.")
    user_agent: str = Field(
        "Araxes/0.1 (+https://example.org/araxes; news wire of one peace process)",
        description="Sent with every request; put an address where you can be reached.",
    )
    connect_seconds: float = Field(10.0, gt=0, description="Time to connect to a host.")
    first_byte_seconds: float = Field(15.0, gt=0, description="Time to the first byte.")
    total_seconds: float = Field(60.0, gt=0, description="Time for a whole response.")
    max_bytes: int = Field(20_000_000, gt=0, description="Largest body, after decompression.")
    retries: int = Field(2, ge=0, description="Further attempts after a transient failure.")
    host_delay_seconds: float = Field(1.0, ge=0, description="Pause between requests to a host.")
    alert_urls: list[str] = Field(
        default_factory=list, description="Apprise URLs that alerts are sent to."
    )
    feeds_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Address under which the warehouse's feeds/ folder is served; the feeds "
        "then say so.",
    )
    operator_url: str = Field(
        "console",
        description="Where the operator is told of batches that failed their checks: "
        "console, or any Apprise URL.",
    )
    heartbeat_url: str | None = Field(
        None,
        description="Called (GET) after each good run of an ingestion or leg of a stream, for a "
        "monitor outside that notices when it stays away.",
    )
    keep_captures_days: int = Field(30, ge=1, description="How long captured WARC files are kept.")
    keep_quality_runs: int = Field(
        200, ge=1, description="How many quality runs and Data Docs pages are kept."
    )

    def seed_directory(self) -> Path | None:
        """The seed documents' folder when it is present, else None."""
        candidate = self.seeds or REPOSITORY.parent / "shared" / "seeds"
        return candidate if candidate.is_dir() else None
