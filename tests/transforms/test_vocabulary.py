"""The closed word lists hold together."""

import pytest

from dossiers.tracks import TRACK_TYPES
from transforms.vocabulary import (
    ALERT_TYPES,
    ALL_TYPES,
    LEVELS,
    MEDIATING_ROLES,
    ROLES,
    STATUSES,
    TYPES,
    allows,
    group_of,
    ordered_roles,
)


def test_every_type_is_in_exactly_one_group() -> None:
    names = [name for group in TYPES.values() for name in group]
    assert len(names) == len(set(names)) == len(ALL_TYPES)


def test_tracks_speak_of_the_same_types() -> None:
    assert set(ALL_TYPES) == TRACK_TYPES


@pytest.mark.parametrize(
    ("event_type", "status", "allowed"),
    [
        ("offer", "made", True),
        ("offer", "held", False),
        ("leaders_talks", "held", True),
        ("leaders_talks", "made", False),
        ("agreement", "initialled", True),
        ("ceasefire", "held", False),
        ("mission", "extended", True),
    ],
)
def test_a_speech_act_is_made_and_a_meeting_is_held(
    event_type: str, status: str, allowed: bool
) -> None:
    assert allows(event_type, status) is allowed


def test_a_third_party_with_one_side_and_track_two_and_appeals_do_not_alert() -> None:
    silent = set(ALL_TYPES) - ALERT_TYPES
    assert silent == {"party_meeting", "dialogue", "appeal", "statement"}


def test_roles_come_in_one_order_and_only_known_ones() -> None:
    assert ordered_roles({"host", "mediator"}) == ("mediator", "host")
    with pytest.raises(ValueError, match="observer"):
        ordered_roles({"observer"})


def test_an_unknown_type_is_named_with_the_choices() -> None:
    with pytest.raises(ValueError, match=r"summitry.*leaders_talks"):
        group_of("summitry")


def test_levels_lead_to_meetings_and_every_group_can_be_denied() -> None:
    assert all(group_of(name) == "meeting" for name in LEVELS.values())
    assert all("denied" in statuses and "claimed" in statuses for statuses in STATUSES.values())
    assert set(ROLES) >= MEDIATING_ROLES
