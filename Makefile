# make demo · make test · make test-long · make lab · make train · make docs · make prepare · make clean
# PYTHON=... chooses the interpreter that makes .venv; ARGS=... is handed to the command.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long lab train docs readme prepare compat clean distclean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
setup:           ## make .venv and install (every target below does this by itself)
	@PYTHON="$(PYTHON)" bash tools/setup.sh
demo: setup      ## move a face by another's motion with the shipped weights; look into demo/ (ARGS="--minutes 6": train a network first)
	$(BIN)/pose_attn_demo $(ARGS)
test: setup      ## everything that proves the project
	@bash tests/run.sh $(ARGS)
test-long: setup ## the hard knocks at full length: 200 damaged films, 350 damaged weights, 20 kills each (some minutes)
	POSE_ATTN_LONG=1 OMP_NUM_THREADS=1 MPLBACKEND=agg $(BIN)/python -m pytest tests/test_knocks.py -p no:cacheprovider $(ARGS)
lab: setup       ## JupyterLab on the front page, for this machine alone
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab --ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS) index.ipynb
train: setup     ## pose_attn_train; ARGS="--help" tells what it takes
	$(BIN)/pose_attn_train $(ARGS)
docs: setup      ## the documentation site, in _docs/; every lesson is run (ARGS=--stored: none is, minutes less)
	@$(BIN)/python -c 'import sphinx, myst_nb, furo, onnx, onnxscript, onnxruntime' 2>/dev/null || $(BIN)/python -m pip install -q -e '.[dev,docs]'
	$(BIN)/python docs/build.py $(ARGS)
readme: setup    ## README.md from index.ipynb
	$(BIN)/python tools/readme.py $(ARGS)
prepare: setup   ## before a commit: modules from notebooks, notebooks clean, README.md
	$(BIN)/nbdev_export && $(BIN)/nbdev_clean && $(BIN)/python tools/readme.py
compat: setup    ## every lesson under the newest fastai and fastcore we promise, with nbdev out of reach
	bash tools/compat.sh $(ARGS)
clean:           ## remove what was made, but neither .venv nor runs/
	rm -rf _docs _proc build dist .pytest_cache .compat *.egg-info demo
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
distclean: clean ## clean, and .venv too
	rm -rf .venv _npm
