"""What an error means to whoever ran a command: one sentence and an exit code."""

from __future__ import annotations

import os

from flows.records import EXIT_FAILED, EXIT_USAGE

USAGE_ERRORS = {
    "DossierError",
    "SubscriptionError",
    "SuiteError",
    "TriggerError",
    "UnknownSources",
    "NoSuchFolder",
    "ReviewError",
}
"""Names of errors that whoever configured the run can mend."""


def explain(error: Exception) -> tuple[str, int]:
    """The sentence to show and the code to exit with; the traceback under ``ARAXES_DEBUG``."""
    if os.environ.get("ARAXES_DEBUG"):
        import traceback

        traceback.print_exception(error)
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & USAGE_ERRORS or getattr(error, "is_usage", False):
        return str(error), EXIT_USAGE
    if "ValidationError" in names and getattr(error, "title", None) == "Settings":
        return _settings_sentence(error), EXIT_USAGE
    ours = any(
        kind.__module__.split(".")[0]
        in ("dossiers", "connectors", "transforms", "warehouse", "expectations", "alerts", "flows")
        for kind in type(error).__mro__
    )
    if ours:
        return str(error), EXIT_FAILED
    return (
        f"{type(error).__name__}: {error} (set ARAXES_DEBUG=1 to see where)",
        EXIT_FAILED,
    )


def _settings_sentence(error: Exception) -> str:
    """Which environment variables (or lines of ``.env``) are wrong, and how."""
    details = [
        f"ARAXES_{'_'.join(str(part) for part in found['loc'][:1]).upper()} is "
        f"{found.get('input')!r}: {found['msg'].lower()}"
        for found in error.errors()  # type: ignore[attr-defined]
    ]
    return f"{'; '.join(details)}. Mend it in the environment or in .env (docs/settings.md)."
