"""The product's own documents, stored."""

from datetime import date

import pytest
from django.conf import settings

from backend.documents.services import store_documents
from backend.questions.bank import read_bank, read_files


@pytest.fixture(scope="session")
def outlines():
    return read_bank(read_files(settings.QUESTION_BANK_DIR), today=date(2026, 12, 1)).documents


@pytest.fixture
def stored_documents(db, outlines):
    return store_documents(outlines=outlines)
