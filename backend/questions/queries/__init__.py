"""Reads of the questions app: `contents` for apps downstream, `desk` for staff, `versions` and `syncs` for services."""

from backend.questions.queries.contents import (
    CitationContent,
    VersionContent,
    VersionExplanation,
    get_accepted_texts,
    get_topic_titles,
    get_version_contents,
    get_version_explanations,
    get_version_keys,
    list_approved_candidates,
)
from backend.questions.queries.syncs import is_bank_synced

__all__ = [
    "CitationContent",
    "VersionContent",
    "VersionExplanation",
    "get_accepted_texts",
    "get_topic_titles",
    "get_version_contents",
    "get_version_explanations",
    "get_version_keys",
    "is_bank_synced",
    "list_approved_candidates",
]
