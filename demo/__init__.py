"""A small invented news world with its truth, and the loopback server that publishes it.

The world is data (``demo/world``): eight outlets that do not exist, about sixty articles,
their feeds, their troubles, and what a reader ought to find in them. Nothing here imports
the rest of the project, so that the demo is a test written apart from what it tests.
"""
