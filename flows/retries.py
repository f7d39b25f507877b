"""Which errors are worth trying again: decided by type."""

from __future__ import annotations


def is_transient(error: BaseException) -> bool:
    """True for errors that may pass by themselves.

    A held lock, a network or connection that failed, and whatever the rooms mark transient
    (``is_transient``, or a class named ``Transient`` among its bases). Everything else is
    permanent: the same input would fail again.
    """
    if getattr(error, "is_transient", False):
        return True
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"Transient", "TransientError", "ConnectionError", "TimeoutError"})
