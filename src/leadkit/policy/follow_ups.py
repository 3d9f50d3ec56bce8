"""Which kind of event a follow-up is: by the words of its means, and by whether the customer answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadkit.policy.document import ActivityKind
from leadkit.records.text import fold


class FollowUpKinds:
    """The kinds of `[activities]`, ready to be looked up."""

    def __init__(self, activities: Mapping[str, ActivityKind], no_answer: Iterable[str]) -> None:
        words = [(_form(word), kind, about.answered) for kind, about in activities.items() for word in about.words]
        self._words = sorted(words, key=lambda word: -len(word[0]))
        self._no_answer = frozenset(map(_form, no_answer))

    def kind_of(self, means: str, feedback: str | None) -> str:
        """The kind whose longest word the means contain; what is no kind is a `follow_up`."""
        text, answer = _form(means), _form(feedback or "").strip(" .。!！-")
        answered = bool(answer) and answer not in self._no_answer
        kinds = (kind for word, kind, needs_answer in self._words if word in text and (answered or not needs_answer))
        return next(kinds, "follow_up")

    def knows(self, means: str) -> bool:
        """Whether some kind has a word for the means, answered or not."""
        text = _form(means)
        return any(word in text for word, _, _ in self._words)


def _form(text: str) -> str:
    return fold(text).casefold()
