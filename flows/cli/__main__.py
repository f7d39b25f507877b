"""``python -m flows.cli`` is ``araxes``."""

from flows.cli import main

main()
