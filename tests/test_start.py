"""Who scores a mapping of facts pays for no reader of texts, and for no library that scoring does not need."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import datetime, sys, leadkit
policy = leadkit.load_policy("standard")
now = datetime.datetime.now(datetime.UTC)
policy.score({"role": "user"}, [("webinar", now)], as_of=now)
print(*sorted(name for name in sys.modules if name.startswith(("leadkit.", "numpy", "sqlalchemy", "phonenumbers"))))
"""
READERS = ("dates", "money", "moments", "names", "numbers", "contacts.phones", "contacts.emails")


def test_a_first_score_loads_no_reader_of_texts():
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    assert "leadkit.records.text" in loaded
    assert not [name for name in loaded if name.removeprefix("leadkit.records.text.").startswith(READERS)]
    assert {name.partition(".")[0] for name in loaded} == {"leadkit"}
    assert not {"leadkit.desk", "leadkit.adapters", "leadkit.learning", "leadkit.store"} & set(loaded)


def test_every_reader_is_where_the_package_looks_for_it():
    from leadkit.records import text

    for name in text.__all__:
        assert getattr(text, name).__name__ == name or name in ("Order", "DateOrder")
