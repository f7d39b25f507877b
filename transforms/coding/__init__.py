"""Coding events: who mediates, between whom, where, when, what came of it."""

from transforms.coding.coder import CODER_VERSION, EventCoder, Explanation, Vetoed

__all__ = ["CODER_VERSION", "EventCoder", "Explanation", "Vetoed"]
