"""The stages of an ingestion batch, one module each, as plain functions.

discover → capture → transform → judge → decide (and commit) → tell → publish
"""
