"""Policies: the document, its loading, and what it decides."""

from __future__ import annotations

from leadkit.policy.layers import shipped
from leadkit.policy.load import json_schema, load_policy
from leadkit.policy.policy import Policy

__all__ = ["Policy", "json_schema", "load_policy", "shipped"]
