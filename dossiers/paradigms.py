"""Conjugation as data: verbs by their stems, forms by their endings.

A trigger file may give a verb class as stems instead of listing every form::

    [harmony]
    I = ["ı", "i", "u", "ü"]

    [paradigm.regular]
    past = ["d{I}*", "m{I}ş*"]
    negated = ["m{A}d{I}*"]

    [verb.meet]
    stems = ["görüş/regular", "bir araya gel/regular"]

A template is put behind the stem, or, where it holds ``~``, takes the stem in its place
(``~`` for languages with prefixes and auxiliaries: ``"en ~ing"``). In a stem of several words
``~`` says where the ending goes (``"выступ~ посредником/i"``). ``{X}`` stands for each of
the letters of ``[harmony]`` in turn; forms that no speaker would use cost nothing, since no
text holds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

STEMS: Final = "stems"
"""The key of a verb class under which its stems stand."""
_SLOT: Final = re.compile(r"\{(\w+)\}")


def conjugate(
    stems: Sequence[str],
    paradigms: Mapping[str, Mapping[str, tuple[str, ...]]],
    harmony: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[str, ...]]:
    """The patterns of some stems, by form.

    Args:
        stems: ``stem/paradigm``; one stem may have several (``stem/one/two``).
        paradigms: paradigm -> form -> templates.
        harmony: letter class -> its letters.

    Raises:
        ValueError: a stem names no paradigm, or an unknown one, or a template an unknown
            letter class; the message names it.
    """
    found: dict[str, list[str]] = {}
    for entry in stems:
        stem, *names = entry.split("/")
        if not names:
            raise ValueError(f'"{entry}" names no paradigm; write "{entry}/NAME"')
        for name in names:
            if name not in paradigms:
                raise ValueError(f'"{entry}": no paradigm "{name}"; known: {sorted(paradigms)}')
            for form, templates in paradigms[name].items():
                patterns = found.setdefault(form, [])
                for template in templates:
                    patterns += [_inflected(stem, each) for each in _spelt(template, harmony)]
    return {form: tuple(dict.fromkeys(patterns)) for form, patterns in found.items()}


def respelt(value: Any, spellings: Mapping[str, Sequence[str]]) -> Any:
    """A table in which every pattern that holds a word of ``spellings`` also stands with its
    other spellings, as where newsrooms join, part or space the parts of a compound at will.
    """
    if isinstance(value, dict):
        return {key: respelt(each, spellings) for key, each in value.items()}
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return value
    found = list(value)
    for word, others in spellings.items():
        found += [p.replace(word, other) for p in found if word in p for other in others]
    return list(dict.fromkeys(found))


def _inflected(stem: str, template: str) -> str:
    if "~" in template:
        return template.replace("~", stem)
    if "~" not in stem:
        return stem + template
    return stem.replace("~", template)


def _spelt(template: str, harmony: Mapping[str, tuple[str, ...]]) -> list[str]:
    slots = _SLOT.findall(template)
    for slot in slots:
        if slot not in harmony:
            raise ValueError(f'template "{template}": no letter class "{slot}" in [harmony]')
    spelt = []
    for letters in product(*(harmony[slot] for slot in slots)):
        form = template
        for slot, letter in zip(slots, letters, strict=True):
            form = form.replace(f"{{{slot}}}", letter, 1)
        spelt.append(form)
    return spelt
