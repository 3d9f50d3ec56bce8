# Two commands on a machine with python3 and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types contracts docs pictures unit conformance simulation faults machine lowest bench clean

demo: .venv/demo
	PYTHONIOENCODING=utf-8 $(BIN)/leadkit demo --replace

test: lint types contracts unit docs

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry src

types: .venv/dev
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

contracts: .venv/dev
	$(BIN)/lint-imports

unit: .venv/dev
	$(BIN)/pytest -n 2 --dist loadgroup -q

conformance: .venv/dev
	$(BIN)/pytest -q -m heavy tests/tables

simulation: .venv/dev
	$(BIN)/pytest -q -m heavy tests/desk/test_ticking.py

faults: .venv/dev
	$(BIN)/pytest -q -m heavy tests/desk/test_faults.py

machine: .venv/dev
	$(BIN)/pytest -q -m heavy tests/testing/test_process.py

# The oldest versions that pyproject.toml allows, in an environment of their own. Alembic before 1.18 takes the numbers
# of SQLite's rows for a change of their tables.
lowest: .venv/demo
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .lowest
	$(BIN)/uv pip install --quiet --python .lowest/bin/python --resolution lowest-direct \
		--editable ".[match,calendar,postgres,cli,excel,polars,webhook,otel,testing]" --group lowest
	.lowest/bin/python -m pytest -q -p no:cacheprovider -n 2 --dist loadgroup \
		tests/scoring tests/policy tests/records tests/qualification tests/grading tests/process tests/results \
		tests/desk tests/test_plugins.py --ignore tests/policy/test_channels.py --deselect \
		"tests/desk/test_migrations.py::TestSchema::test_the_migrations_make_what_the_code_knows[sqlite]"

docs: .venv/dev
	$(BIN)/mkdocs build --strict --quiet

# The pictures of the gallery, which are committed; it needs a Chromium with a Chinese font.
pictures: .venv/dev
	$(BIN)/python docs/pictures.py

bench: .venv/dev
	$(BIN)/python benchmarks/one_lead.py
	$(BIN)/python benchmarks/activities.py
	$(BIN)/python benchmarks/sheet.py
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/tables.py
	$(BIN)/python benchmarks/desk.py
	$(BIN)/python benchmarks/review.py

.venv/demo: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "leadkit needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable ".[all]"
	touch $@

.venv/dev: .venv/demo
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable ".[all]" --group dev
	touch $@

clean:
	rm -rf .venv site dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
