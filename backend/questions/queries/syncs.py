"""What the files held when they were last taken in."""

from backend.questions.models import BankSync


def is_bank_synced(content_hash: str) -> bool:
    """Tell whether exactly these files were the last ones stored."""
    return BankSync.objects.filter(content_hash=content_hash).exists()
