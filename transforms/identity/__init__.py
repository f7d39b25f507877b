"""Identity: which mentions are of one event, what is believed of it, what each one added.

Pure. A batch is resolved in two steps: `gather` finds the stored mentions its events may
depend on (by `block_keys`), `resolve` turns them into events. How and why: `docs/identity.md`.
"""

from transforms.identity.gather import gather
from transforms.identity.names import mint
from transforms.identity.resolve import resolve
from transforms.identity.revisions import recoded, successors
from transforms.identity.rulings import NO_RULINGS, Rulings
from transforms.identity.signature import block_keys, mention_order

__all__ = [
    "NO_RULINGS",
    "Rulings",
    "block_keys",
    "gather",
    "mention_order",
    "mint",
    "recoded",
    "resolve",
    "successors",
]
