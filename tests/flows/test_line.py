"""Pages are fetched host by host in turn: one long or hanging host holds up nobody else."""

from __future__ import annotations

from connectors.records import Candidate
from flows.stages.line import PER_HOST, Line


def candidates(host: str, count: int) -> list[Candidate]:
    return [Candidate(f"https://{host}/{n}", host) for n in range(count)]


def taken(line: Line, most: int) -> list[str]:
    found = (line.take() for _ in range(most))
    return [candidate.url for candidate in found if candidate]


def test_a_host_with_thousands_of_items_leaves_the_others_their_turn() -> None:
    line = Line()
    for candidate in [*candidates("huge.example", 5000), *candidates("small.example", 2)]:
        line.add(candidate)
    assert taken(line, 4) == [
        "https://huge.example/0",
        "https://small.example/0",
        "https://huge.example/1",
        "https://small.example/1",
    ]


def test_a_host_that_hangs_occupies_no_more_than_its_share() -> None:
    line = Line()
    for candidate in candidates("hangs.example", 50):
        line.add(candidate)
    assert len(taken(line, 50)) == PER_HOST
    line.add(Candidate("https://well.example/1", "well"))
    assert taken(line, 50) == ["https://well.example/1"]
    line.end("https://hangs.example/0")
    assert taken(line, 50) == ["https://hangs.example/2"]


def test_each_candidate_is_taken_once_in_the_order_of_its_host() -> None:
    line = Line()
    wanted = candidates("a.example", 7) + candidates("b.example", 3) + candidates("c.example", 1)
    for candidate in wanted:
        line.add(candidate)
    order: list[str] = []
    while len(line):
        candidate = line.take()
        assert candidate is not None
        order.append(candidate.url)
        line.end(candidate.url)
    assert line.take() is None
    for host in ("a", "b", "c"):
        own = [url for url in order if f"//{host}." in url]
        assert own == [c.url for c in wanted if f"//{host}." in c.url]
    assert sorted(order) == sorted(c.url for c in wanted)
