from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from warehouse_making import NOW, article, event, passage, situated

from transforms.records import Conflict, Event, EventMention, SituatedMention
from warehouse.codec import decode, encode


@given(st.text(), st.one_of(st.none(), st.text()), st.floats(0, 1), st.lists(st.text(), max_size=3))
def test_an_event_comes_back_as_it_went_in(quote, document, confidence, initiators):
    row = article("https://river.example/x")
    mention = passage(
        "https://river.example/x", quote, document=document, confidence=confidence,
        initiators=tuple(initiators), venue=None,
    )  # fmt: skip
    placed = situated(mention, row)
    whole = event(placed, placed)
    conflicts = (Conflict("venue", (("null", ("evm_1",)), ('"a"', ()))),)
    full = Event(**{**{n: getattr(whole, n) for n in Event.__slots__}, "conflicts": conflicts})
    assert decode(Event, encode(full)) == full
    assert decode(SituatedMention, encode(placed)) == placed


def test_fields_that_old_json_lacks_take_their_defaults():
    text = json.dumps({"mention_id": "evm_1", "type": "call", "status": "held", "unknown": 1})
    assert decode(EventMention, text) == EventMention("evm_1", "call", "held")


def test_moments_keep_their_zone():
    placed = situated(passage("u"), article("u"))
    assert decode(SituatedMention, encode(placed)).seen_at == NOW
