"""CAMEO and PLOVER codes follow from the slots."""

import pytest

from transforms.coding.crosswalk import CodingFacts, cameo, plover
from transforms.vocabulary import STATUSES, TYPES


@pytest.mark.parametrize(
    ("event_type", "status", "facts", "code", "plover_code"),
    [
        ("appeal", "made", CodingFacts(about="settlement"), "027", None),
        ("appeal", "made", CodingFacts(about="deescalation"), "0256", None),
        ("ministers_talks", "planned", CodingFacts(), "036", "AGREE/-/diplomatic"),
        ("offer", "made", CodingFacts(), "039", "AGREE/-/diplomatic"),
        ("party_meeting", "held", CodingFacts(away=True), "042", "CONSULT/visit/diplomatic"),
        (
            "talks",
            "held",
            CodingFacts(roles=frozenset({"host"})),
            "044",
            "CONSULT/third-party/diplomatic",
        ),
        (
            "leaders_talks",
            "held",
            CodingFacts(roles=frozenset({"mediator", "host"}), territory=True),
            "045",
            "CONSULT/-/diplomatic,territory",
        ),
        ("talks", "held", CodingFacts(), "046", "CONSULT/-/diplomatic"),
        ("agreement", "signed", CodingFacts(), "057", "SUPPORT/-/diplomatic"),
        (
            "peacekeeping_deployment",
            "agreed",
            CodingFacts(historical=True),
            "0861",
            "RETREAT/access/peacekeeping + historical",
        ),
        (
            "ceasefire",
            "agreed",
            CodingFacts(historical=True),
            "0871",
            "RETREAT/ceasefire/military + historical",
        ),
        (
            "peacekeeping_withdrawal",
            "done",
            CodingFacts(),
            "1661",
            "SANCTION/withdraw/peacekeeping",
        ),
        ("statement", "made", CodingFacts(), "111", None),
    ],
)
def test_the_published_codes(
    event_type: str, status: str, facts: CodingFacts, code: str, plover_code: str | None
) -> None:
    assert cameo(event_type, status, facts) == code
    assert plover(event_type, status, facts) == plover_code


def test_every_type_and_status_has_a_code_save_what_is_denied() -> None:
    for group, types in TYPES.items():
        for event_type in types:
            for status in STATUSES[group]:
                code = cameo(event_type, status, CodingFacts())
                assert (code is None) == (status == "denied")
