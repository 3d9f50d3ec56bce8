"""A draft, such as the policy page gives away, laid over the policy file that it changes: all else stays as it is."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from leadkit.adapters.files import replacing, unwritable
from leadkit.errors import PolicyError, Problem
from leadkit.limits import DEFAULT_LIMITS
from leadkit.policy import Policy, load_policy
from leadkit.policy.files import read_text
from leadkit.policy.load import policy_with_text
from leadkit.policy.merging import merge
from leadkit.policy.positions import positions
from leadkit.policy.toml import read_toml

Keys = tuple[str, ...]
OF_THE_DRAFT = ("name", "extends")
"""What a draft says of itself."""
_WAS = re.compile(r"[ \t]*#[ \t]*was[ \t]+(-?[\d.]+)[ \t\r]*(?:\n|$)")
_BARE = re.compile("[A-Za-z0-9_-]+")
_BOM = b"\xef\xbb\xbf"


def adopt(draft: Path | str, policy: Path | str) -> str:
    """Write what the file `draft` changes into the file `policy`, and return how its lines differ, as `diff -u` does.

    The policy is written whole or not at all, its comments and its layout stay.

    Raises:
        PolicyError: the draft does not fit the policy, as in `adopted`.
        SheetError: the file can't be written; what stood there is left as it was.
    """
    after = adopted(draft, policy)
    file = Path(policy).resolve()
    before = read_text(file, DEFAULT_LIMITS)
    try:
        mark = _BOM if file.read_bytes().startswith(_BOM) else b""
        with replacing(file) as part:
            part.write_bytes(mark + after.encode())
    except OSError as error:
        raise unwritable(file, error) from None
    return line_changes(before, after, str(policy))


def line_changes(before: str, after: str, name: str) -> str:
    """How the lines of two texts of a file differ, as `diff -u` writes it; empty where they don't."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "\n".join(lines)


def adopted(draft: Path | str, policy: Path | str) -> str:
    """The text of the file `policy` with what the file `draft` says in it, and nothing else changed.

    A draft extends the policy by the name of its file or its own name. Numbers that it remembers (`# was 30`) have to
    be the policy's still. The new text is read again: it has to be the policy that the draft makes of the old one.

    Raises:
        PolicyError: the draft changes another policy, was made before the policy changed, or can't be laid over it
            without changing anything else; or one of the two can't be read. All problems at once, with their places.
    """
    draft_text = read_text(Path(draft), DEFAULT_LIMITS)
    text = read_text(Path(policy), DEFAULT_LIMITS, "a shipped policy stays as it is: keep the draft as your own")
    content = read_toml(draft_text, str(draft), DEFAULT_LIMITS)
    now = load_policy(Path(policy))
    problems = [*_other_policy(content, now, Path(policy), str(draft)), *_stale(draft_text, str(draft), now)]
    if problems:
        raise PolicyError(problems)
    wanted = policy_with_text(Path(draft), extending(draft_text, str(Path(policy).resolve())))
    after = _laid_over(text, draft_text)
    _check(after, text, content, wanted, Path(policy))
    return after


def _other_policy(content: Mapping[str, Any], policy: Policy, file: Path, draft: str) -> Iterator[Problem]:
    changed = content.get("extends")
    if not isinstance(changed, str) or Path(changed).name not in {file.name, policy.name}:
        message = f"changes {changed[:80]}, not this policy" if isinstance(changed, str) else "changes no policy"
        yield Problem(message, f"make a draft of {file.name}", place=draft, path="extends")


def extending(draft: str, policy: str) -> str:
    """The text of a draft that extends something, with this policy in its place: a shipped name or a whole path."""
    start, end = positions(draft).spans["extends",]
    return f"{draft[:start]}{json.dumps(policy, ensure_ascii=False)}{draft[end:]}"


def _stale(draft: str, place: str, policy: Policy) -> Iterator[Problem]:
    """Numbers that were others when the draft was made."""
    known = policy.document.model_dump(by_alias=True)
    scanned = positions(draft)
    for keys, (_, end) in scanned.spans.items():
        was, value = _WAS.match(draft, end), _value(known, keys)
        if was and isinstance(value, (int, Decimal)) and Decimal(was[1]) != value:
            line, column = scanned.keys[keys]
            hint = f"make a new draft, or take the comment away: # was {was[1]}"
            yield Problem(f"has changed meanwhile: {value:f}", hint, place=f"{place}:{line}:{column}", path=_path(keys))


def _value(content: Any, keys: tuple[str | int, ...]) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def _laid_over(text: str, draft: str) -> str:
    """The text with every value of the draft in it: in place of the old one, or as a new line."""
    spans = positions(draft).spans
    written = {keys: span for keys, span in spans.items() if keys[0] not in OF_THE_DRAFT}
    values = {keys: draft[slice(*span)] for keys, span in written.items() if not _is_table(draft, span)}
    known = positions(text).spans
    for keys in sorted(known.keys() & values.keys(), key=known.__getitem__, reverse=True):
        start, end = known[keys]
        text = text[:start] + values[keys] + text[end:]
    for keys in (keys for keys in values if keys not in known):
        text = _with_line(text, tuple(map(str, keys)), values[keys])
    return text


def _is_table(text: str, span: tuple[int, int]) -> bool:
    return text.startswith("{", span[0])


def _with_line(text: str, keys: Keys, value: str) -> str:
    """The text with one more value: inside a table on one line, under a header, or under a header of its own."""
    spans = positions(text).spans
    for length in range(len(keys) - 1, 0, -1):
        span = spans.get(keys[:length])
        if span is not None and _is_table(text, span):
            last = len(text[: span[1] - 1].rstrip())
            comma = "" if text[last - 1] == "{" else ","
            return f"{text[:last]}{comma} {_path(keys[length:])} = {value}{text[last:]}"
    return _under_header(text, keys, value)


def _under_header(text: str, keys: Keys, value: str) -> str:
    """After the last value of the table, or after its header; under a new header at the end where it has neither."""
    newline = "\r\n" if "\r\n" in text else "\n"
    place = _last_place(text, keys[:-1])
    if place is None:
        return f"{text.rstrip()}{newline * 2}[{_path(keys[:-1])}]{newline}{_path(keys[-1:])} = {value}{newline}"
    written, end = place
    indent = re.match("[ \t]*", text[text.rfind("\n", 0, end) + 1 :])
    line_end = text.find("\n", end) + 1 or len(text)
    before = text[:line_end] if text[:line_end].endswith("\n") else text + newline
    return f"{before}{indent[0] if indent else ''}{_path(keys[written:])} = {value}{newline}{text[line_end:]}"


def _last_place(text: str, table: Keys) -> tuple[int, int] | None:
    """How many keys of a table the header says under which it stands last, and where its last value ends there."""
    scanned = positions(text)
    headers = [((), (0, 0)), *scanned.headers]
    places = [(len(head), end) for head, (_, end) in headers if head == table]
    for path, (start, end) in scanned.spans.items():
        head = next(head for head, span in reversed(headers) if span[1] <= start)
        if path[: len(table)] == table and len(head) <= len(table):
            places.append((len(head), end))
    return max(places, key=lambda place: place[1], default=None)


def _check(after: str, before: str, content: Mapping[str, Any], wanted: Policy, file: Path) -> None:
    """Refuse a text that says anything else than the old one with the draft over it."""
    changes = {key: value for key, value in content.items() if key not in OF_THE_DRAFT}
    merged = merge(read_toml(before, str(file), DEFAULT_LIMITS), changes)
    try:
        stated = read_toml(after, str(file), DEFAULT_LIMITS)
    except PolicyError:
        stated = {}
    if stated != merged:
        raise _does_not_fit(file, _difference(merged, stated))
    loaded, expected = (_compared(each) for each in (policy_with_text(file, after), wanted))
    if loaded != expected:
        raise _does_not_fit(file, _difference(expected, loaded))


def _compared(policy: Policy) -> dict[str, Any]:
    """All that a draft may not change by the way: examples are not inherited."""
    return policy.document.model_dump(by_alias=True, exclude={*OF_THE_DRAFT, "examples"})


def _does_not_fit(file: Path, keys: Keys) -> PolicyError:
    message = "can't be laid over the file without changing anything else"
    return PolicyError(Problem(message, "write it into the file by hand", place=str(file), path=_path(keys)))


def _difference(expected: Any, stated: Any) -> Keys:
    """The keys of the first value in which two documents differ."""
    if not (isinstance(expected, Mapping) and isinstance(stated, Mapping)):
        return ()
    key = next(key for key in [*expected, *stated] if expected.get(key) != stated.get(key))
    return str(key), *_difference(expected.get(key), stated.get(key))


def _path(keys: Iterable[str | int]) -> str:
    """Keys as TOML writes them."""
    return ".".join(str(key) if _BARE.fullmatch(str(key)) else json.dumps(str(key), ensure_ascii=False) for key in keys)
