# make demo · make quick · make test · make lab · make app · make train · make docs · make slides · make prepare · make clean
# PYTHON=... chooses the interpreter that makes .venv; ARGS=... is handed to the command.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
QUICK := not long and not browser and not site
.DEFAULT_GOAL := help
.PHONY: help setup demo lint shape quick test test-long lab app train docs slides readme prepare sync compat clean distclean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
setup:           ## make .venv and install (every target below does this by itself)
	@PYTHON="$(PYTHON)" bash tools/setup.sh
demo: setup      ## move a face by another's motion with the shipped weights; look into demo/ (ARGS="--minutes 6": train a network first)
	$(BIN)/pose_attn_demo $(ARGS)
lint: setup      ## ruff and the counts of tools/shape.py, which may only fall
	@$(BIN)/python tools/shape.py --check
shape: setup     ## names, lines and density of the code in numbers
	@$(BIN)/python tools/shape.py $(ARGS)
quick: setup     ## lint, sync, layers, fast lessons, unit tests: three minutes on two cores
	@bash tests/run.sh -m "$(QUICK)" $(ARGS)
test: setup      ## everything that proves the project: the quick tests first, then the long ones, browser and site last
	@bash tools/browser.sh || true   # without a browser, the tests that need one fail and say so
	@bash tests/run.sh $(ARGS)
test-long: setup ## the hard knocks at full length: 200 damaged films, 350 damaged weights, 20 kills each (some minutes)
	POSE_ATTN_LONG=1 OMP_NUM_THREADS=1 MPLBACKEND=agg $(BIN)/python -m pytest tests/test_knocks.py tests/test_memory.py tests/test_commands.py -p no:cacheprovider $(ARGS)
lab: setup       ## JupyterLab on the front page, for this machine alone
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab --ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS) index.ipynb
app: setup       ## the studio as a page of its own, for this machine alone (ARGS="--weights people"); it prints the address
	$(BIN)/pose_attn_app $(ARGS)
train: setup     ## pose_attn_train; ARGS="--help" tells what it takes
	$(BIN)/pose_attn_train $(ARGS)
docs: setup      ## the documentation site, in _docs/; every lesson is run (ARGS=--stored: none is, minutes less)
	$(BIN)/python docs/build.py $(ARGS)
slides: setup    ## a deck of slides of every core lesson, in _slides/, which needs no network (ARGS="23 31": these only)
	$(BIN)/python tools/slides.py $(ARGS)
readme: setup    ## map, links between lessons and badges from what the lessons say, README.md from index.ipynb
	$(BIN)/python tools/links.py && $(BIN)/python tools/course_map.py && $(BIN)/python tools/readme.py $(ARGS)
prepare: setup   ## before a commit: modules from notebooks, notebooks clean, README.md, the maxima of the lint no higher than need be
	$(BIN)/nbdev_export && $(BIN)/nbdev_clean && $(BIN)/python tools/links.py && $(BIN)/python tools/course_map.py && $(BIN)/python tools/readme.py && $(BIN)/python tools/shape.py --tighten
sync: setup      ## are modules, README.md and notebooks in sync and clean? Changes nothing
	$(BIN)/python -m pytest tests/test_repo.py -p no:cacheprovider -k "sync or clean or current or link" $(ARGS)
compat: setup    ## every lesson under the newest fastai and fastcore we promise, with nbdev out of reach
	bash tools/compat.sh $(ARGS)
clean:           ## remove what was made, but neither .venv nor runs/
	rm -rf _docs _proc _slides build dist .pytest_cache .ruff_cache .compat *.egg-info demo
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
distclean: clean ## clean, and .venv too
	rm -rf .venv _npm
