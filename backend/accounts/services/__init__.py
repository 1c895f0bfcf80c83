"""Writes of the accounts app, by use case."""

from backend.accounts.services.agreeing import check_not_withdrawn, hold_consent, withdraw_consent
from backend.accounts.services.correcting import note_correction
from backend.accounts.services.erasing import ERASE_WITHIN, erase_person, erase_withdrawn, forget_stray_sessions
from backend.accounts.services.identities import (
    KEEP,
    forget_identities,
    lock_identity,
    release_identity,
    state_identity,
    take_back_identity,
)
from backend.accounts.services.people import (
    UNCHANGED,
    Unchanged,
    create_staff,
    lock_birth_date,
    register_person,
    update_profile,
)

__all__ = [
    "ERASE_WITHIN",
    "KEEP",
    "UNCHANGED",
    "Unchanged",
    "check_not_withdrawn",
    "create_staff",
    "erase_person",
    "erase_withdrawn",
    "forget_identities",
    "forget_stray_sessions",
    "hold_consent",
    "lock_birth_date",
    "lock_identity",
    "note_correction",
    "register_person",
    "release_identity",
    "state_identity",
    "take_back_identity",
    "update_profile",
    "withdraw_consent",
]
