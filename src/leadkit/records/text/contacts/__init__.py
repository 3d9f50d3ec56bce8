"""Phone numbers and email addresses in cells as people fill them in."""

from __future__ import annotations

from leadkit.records.text.contacts.contact import Email, Phone, calling_code
from leadkit.records.text.contacts.emails import normal_email, read_email, read_emails
from leadkit.records.text.contacts.phones import normal_phone, read_phone, read_phones

__all__ = [
    "Email",
    "Phone",
    "calling_code",
    "normal_email",
    "normal_phone",
    "read_email",
    "read_emails",
    "read_phone",
    "read_phones",
]
