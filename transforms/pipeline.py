"""From a raw document to a coded one: the transforms in their order.

Extraction (with boilerplate, language and digests), then mentions, relevance, tags, then
the event coder where the text concerns the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dossiers.boilerplate import BoilerplateRules
from dossiers.languages import Language
from dossiers.records import Dossier
from transforms.coding.coder import CODER_VERSION, EventCoder
from transforms.extract import extract
from transforms.language import language_runs
from transforms.mentions import MentionFinder
from transforms.records import CodedDocument, Document, RawDocument, Tag
from transforms.relevance import is_relevant, topics


@dataclass(frozen=True)
class Pipeline:
    """The transforms with the data they need, built once per process by `build`."""

    dossier: Dossier
    rules: BoilerplateRules
    finder: MentionFinder
    coder: EventCoder

    @classmethod
    def build(
        cls, dossier: Dossier, languages: Mapping[str, Language], rules: BoilerplateRules
    ) -> Pipeline:
        """Compile the automaton and the triggers of a dossier."""
        return cls(
            dossier, rules, MentionFinder(dossier, languages), EventCoder(dossier, languages)
        )

    def process(self, raw: RawDocument) -> CodedDocument:
        """Extract and code one document.

        Raises:
            ExtractionError: the document cannot be read; names it and the reason.
        """
        return self.code(extract(raw, self.rules))

    def code(self, document: Document) -> CodedDocument:
        """Find mentions, judge relevance, and code the events of a cleaned document."""
        if document.not_news:
            return CodedDocument(document, relevant=False, coder_version=CODER_VERSION)
        runs = language_runs(document.text, document.language, self.finder.codes)
        document = replace(document, runs=runs)
        published = document.published_day or (document.published and document.published.date())
        mentions = self.finder.find(
            document.text,
            document.language,
            title=document.title,
            published=published,
            runs=runs,
        )
        language = self.finder.language_for(document.language, document.text)
        relevant = is_relevant(document.text, document.title, mentions, self.dossier, language)
        events = self.coder.code(document, mentions) if relevant else ()
        tracks = sorted({event.track for event in events if event.track})
        return CodedDocument(
            document=document,
            relevant=relevant,
            mentions=mentions,
            tags=(*(Tag("track", track) for track in tracks), *topics(mentions, self.dossier)),
            events=events,
            coder_version=CODER_VERSION,
        )
