"""What a plugin is made of: the mark of its hooks, and what they are given."""

from leadkit.plugins.hooks import Verification, hookimpl
from leadkit.plugins.notice import Notice
from leadkit.process.command import Command

__all__ = ["Command", "Notice", "Verification", "hookimpl"]
