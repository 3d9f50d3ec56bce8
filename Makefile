# Two commands on a machine with python3 and make: `make demo` and `make test`; `make` lists the others.
PYTHON ?= python3
BIN := .venv/bin
DECIDING := tests/rules tests/scoring tests/qualification tests/grading tests/policy tests/checking

.DEFAULT_GOAL := help
.PHONY: help demo test lint fix types contracts docs unit conformance simulation faults machine fuzz lowest matrix coverage pictures bench lock dist clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/demo ## set up, then take a sample company from its sheets to the review of its quarter
	PYTHONIOENCODING=utf-8 $(BIN)/leadkit demo --replace

test: lint types contracts unit docs ## everything that must pass

lint: .venv/dev ## ruff and deptry
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry src

fix: .venv/dev ## let ruff mend and format what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/dev ## mypy and pyright
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

contracts: .venv/dev ## who may import whom
	$(BIN)/lint-imports

unit: .venv/dev ## the tests
	$(BIN)/pytest -n 2 --dist loadgroup -q

conformance: .venv/dev ## every engine on 200,000 leads
	$(BIN)/pytest -q -m heavy tests/tables

simulation: .venv/dev ## two years of ticks
	$(BIN)/pytest -q -m heavy tests/desk/test_ticking.py

faults: .venv/dev ## kills at every line of the desk and the stores
	$(BIN)/pytest -q -m heavy tests/desk/test_faults.py

machine: .venv/dev ## the process machine for ten minutes on three stores
	$(BIN)/pytest -q -m heavy tests/testing/test_process.py

# The oldest versions that pyproject.toml allows, in an environment of their own. Alembic before 1.18 takes the numbers
# of SQLite's rows for a change of their tables.
lowest: .venv/demo ## the tests on the oldest versions allowed
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .lowest
	$(BIN)/uv pip install --quiet --python .lowest/bin/python --resolution lowest-direct \
		--editable ".[match,calendar,postgres,cli,excel,polars,webhook,otel,testing]" --group lowest
	.lowest/bin/python -m pytest -q -p no:cacheprovider -n 2 --dist loadgroup \
		tests/scoring tests/policy tests/records tests/qualification tests/grading tests/process tests/results \
		tests/desk tests/test_plugins.py --ignore tests/policy/test_channels.py --deselect \
		"tests/desk/test_migrations.py::TestSchema::test_the_migrations_make_what_the_code_knows[sqlite]"

matrix: .venv/dev ## tests of what decides on other versions of Python
	.ci/matrix

coverage: .venv/dev ## every branch of what decides is taken by a test
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(DECIDING)
	$(BIN)/coverage report

fuzz: .venv/dev ## damaged workbooks, until one gets past the guard
	$(BIN)/pytest -q -m heavy tests/spreadsheets

docs: .venv/dev ## build the documentation
	$(BIN)/mkdocs build --strict --quiet

pictures: .venv/dev ## the pictures of the gallery, which are committed; it needs a Chromium with a Chinese font
	$(BIN)/python docs/pictures.py

bench: .venv/dev ## the benchmarks
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

.venv/dev: .venv/demo requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	touch $@

# Every version and its hash, for every platform, and no address: they come from whichever registry is set up.
lock: .venv/demo ## write requirements/dev.txt anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --upgrade pyproject.toml --all-extras --group dev --output-file requirements/dev.txt

# The same bytes from the same commit, and what is in the environment that passed the tests.
dist: .venv/dev ## the wheel, the source archive, their hashes and a list of libraries (CycloneDX)
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/uv build --quiet --out-dir dist
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group release
	$(BIN)/cyclonedx-py environment --output-reproducible --output-file dist/sbom.json .venv
	cd dist && sha256sum *.whl *.tar.gz sbom.json > SHA256SUMS

clean: ## take away what was built
	rm -rf .venv .lowest .matrix site dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
