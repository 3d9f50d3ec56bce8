"""Commands that the policy leaves to everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from leadkit.checking.findings import Finding
from leadkit.policy import Policy

PATH = "permissions"


def open_commands(policy: Policy, commands: Collection[str]) -> Iterator[Finding]:
    """That there is no table of permissions, or which of `commands` nobody is named for."""
    permissions = policy.document.permissions
    unnamed = [name for name in commands if name not in permissions.root]
    if permissions.default == "deny" or not unnamed:
        return
    if not permissions.root:
        yield Finding("permissions_missing", PATH, "every role may give every command, to erase a lead too")
        return
    yield Finding("command_for_everybody", PATH, f"every role may give {', '.join(sorted(unnamed))}")
