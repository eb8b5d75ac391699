# make run: the product on http://127.0.0.1:8000/ · make test: its tests · make check: style, types, layers
VENV := .venv
BIN := $(VENV)/bin
# The first Python >= 3.11 there is.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
# What to install, with uv when it can be had (three times as fast), else with pip alone.
install = $(BIN)/uv pip install -q --python $(BIN)/python -e '$(1)' 2>/dev/null || $(BIN)/pip install -q -e '$(1)'

.PHONY: run test check style types layers templates migrations clean

run: $(VENV)/run
	@exec $(BIN)/python -m defi run --data .data $(ARGS)

test: $(VENV)/dev
	@exec $(BIN)/python -m pytest -n auto $(ARGS)

check: style types layers templates migrations

style: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

layers: $(VENV)/dev
	$(BIN)/lint-imports

templates: $(VENV)/dev
	$(BIN)/djlint --quiet --lint src

migrations: $(VENV)/dev
	$(BIN)/python -m defi manage --data .data/tests makemigrations --check --dry-run

clean:
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Il faut Python 3.11 ou plus récent (python3)." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Il manque le module venv de Python : apt install python3-venv." >&2; exit 1; }
	@$(BIN)/pip install -q --disable-pip-version-check uv 2>/dev/null || true
	@touch $@

$(VENV)/run: $(VENV)/made pyproject.toml
	@echo "Installation des dépendances…"
	@$(call install,.)
	@touch $@

$(VENV)/dev: $(VENV)/made pyproject.toml
	@echo "Installation des dépendances et des outils…"
	@$(call install,.[dev])
	@touch $@ $(VENV)/run
