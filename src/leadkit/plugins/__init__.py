"""What a plugin is made of: the mark of its hooks, and what they are given."""

from leadkit.plugins.hooks import Command, Verification, hookimpl
from leadkit.plugins.notice import Notice

__all__ = ["Command", "Notice", "Verification", "hookimpl"]
