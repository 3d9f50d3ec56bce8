"""What the readers remember, and how they forget it."""

from __future__ import annotations

from leadkit.records.text import emails, phones


def forget() -> None:
    """Forget the phones and mail addresses that were read last, which are remembered because they come again soon."""
    emails.normal_address.cache_clear()
    phones.normal_number.cache_clear()
