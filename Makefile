# make demo   see it work: three real calls        make test   everything that is tested
# make up     the line, until Ctrl-C               make check  linters, types, import contracts, the dialplan
# make dev    the virtual environment with all tools

.DEFAULT_GOAL := help
.PHONY: help demo up test check dev clean

VENV := .venv
BIN := $(VENV)/bin
# What a fresh Debian lacks; .ci/need knows how to tell whether it is there.
RUN_PACKAGES := python3-venv libespeak-ng1
TEST_PACKAGES := sip-tester chromium espeak-ng

help:
	@sed -n 's/^# //p' Makefile | head -3

demo: $(VENV)/.demo
	$(BIN)/hotline demo

up: $(VENV)/.demo
	$(BIN)/hotline up

test: $(VENV)/.dev
	.ci/test $(BIN)/python

check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hotline check

dev: $(VENV)/.dev

clean:
	rm -rf $(VENV) .hotline

$(VENV)/.demo: setup.cfg
	@.ci/need $(RUN_PACKAGES)
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[demo]'
	@touch $@

$(VENV)/.dev: setup.cfg
	@.ci/need $(RUN_PACKAGES) $(TEST_PACKAGES)
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[demo,dev]'
	@touch $(VENV)/.demo $@
