"""The people of several leads of one customer: each once, with all that is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from leadkit.records import text as readers
from leadkit.records.lead import Contact
from leadkit.records.lead_fields import BY_PATH, given
from leadkit.records.text import fold

FIELDS = {field.steps[1]: field.name for path, field in BY_PATH.items() if path.startswith("contact.")}
"""The attributes of a contact, and the names of their fields."""

IDENTIFYING = ("name", "phone", "email")
"""What tells that two contacts are one person, where nothing that they say contradicts it."""


class JoinedContacts:
    """People, the first of whom is a lead's contact, that others are added to."""

    def __init__(self, contacts: Iterable[Contact], region: str) -> None:
        self._region = region
        self.records: list[Contact] = list(contacts)
        self._known = {frozenset(self._keys(contact).items()) for contact in self.records}
        self._places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place in range(len(self.records)):
            self._index(place)

    def add(self, contact: Contact, *others: Contact) -> list[tuple[str, str, str]]:
        """Add the people of another lead; give what its contact says otherwise than ours: field, ours, theirs."""
        first = self.records[0]
        mine, theirs = self._keys(first), self._keys(contact)
        differences = [
            (FIELDS[name], getattr(first, name), getattr(contact, name))
            for name in FIELDS
            if name in mine and name in theirs and mine[name] != theirs[name]
        ]
        for person in (contact, *others):
            self._add(person)
        return differences

    def _add(self, new: Contact) -> None:
        """Complete the person whom `new` is, or add a person; who says nothing is nobody."""
        keys = self._keys(new)
        if not keys or frozenset(keys.items()) in self._known:
            return
        self._known.add(frozenset(keys.items()))
        for place in self._candidates(keys):
            known = self._keys(self.records[place])
            if all(known.get(name, key) == key for name, key in keys.items()):
                self._put(place, _complete(self.records[place], new))
                return
        self._put(len(self.records), new)
        if self._has_a_wrong_phone(self.records[0]) and self._mends_it(new):
            wrong = self.records[0]
            self._put(0, _complete(new, wrong))
            self._put(len(self.records) - 1, wrong)

    def _candidates(self, keys: dict[str, str]) -> Iterator[int]:
        """The places of those who may be the same person; of our contact, where we know nobody yet."""
        if not self._keys(self.records[0]):
            yield 0
        places = {place for name in IDENTIFYING if name in keys for place in self._places[name, keys[name]]}
        yield from sorted(places)

    def _put(self, place: int, contact: Contact) -> None:
        self.records[place : place + 1] = [contact]
        self._index(place)

    def _index(self, place: int) -> None:
        for name, key in self._keys(self.records[place]).items():
            if name in IDENTIFYING and place not in self._places[name, key]:
                self._places[name, key].append(place)

    def _keys(self, contact: Contact) -> dict[str, str]:
        """What a contact says, as it is compared."""
        texts = {name: getattr(contact, name) for name in FIELDS}
        return {name: self._key(name, text) for name, text in texts.items() if text and given(FIELDS[name], text)}

    def _key(self, name: str, text: str) -> str:
        if name == "phone":
            return readers.normal_phone(text, self._region) or fold(text)
        if name == "email":
            return readers.normal_email(text) or fold(text)
        return fold(text)

    def _has_a_wrong_phone(self, contact: Contact) -> bool:
        phone = contact.phone
        return phone is not None and given("phone", phone) and readers.normal_phone(phone, self._region) is None

    def _mends_it(self, new: Contact) -> bool:
        """Whether somebody of our contact's name gives a phone that is valid."""
        name = self._keys(self.records[0]).get("name")
        phone = new.phone
        valid = phone is not None and given("phone", phone) and readers.normal_phone(phone, self._region) is not None
        return valid and name is not None and name == self._keys(new).get("name")


def _complete(first: Contact, later: Contact) -> Contact:
    """`first` with what only `later` says; of two values that say nothing the first one stays."""
    gaps = {name: getattr(later, name) for name, field in FIELDS.items() if not given(field, getattr(first, name))}
    new = {name: text for name, text in gaps.items() if given(FIELDS[name], text) or getattr(first, name) is None}
    return first.model_copy(update=new)
