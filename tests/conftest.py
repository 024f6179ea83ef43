"Settings and fixtures of all tests. The markers `browser` and `site` follow from the fixtures that a test asks for"

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('MPLBACKEND', 'agg')
sys.path.insert(0, str(Path(__file__).parent))

BY_FIXTURE = dict(browser={'browser', 'chromium', 'lab', 'notebook7'}, site={'site', 'server', 'decks'})
ORDER = ['long', 'browser', 'site']  # what is quick comes first
OTHERS = 'test_other_lessons'


def pytest_collection_modifyitems(items):
    "Mark what drives a browser or builds the site, and put what takes long behind what does not"
    for item in items:
        for mark, fixtures in BY_FIXTURE.items():
            if fixtures & set(item.fixturenames):
                item.add_marker(mark)

    def when(item):
        rank = max((ORDER.index(m.name) + 1 for m in item.iter_markers() if m.name in ORDER), default=0)
        return rank, item.name == OTHERS

    items.sort(key=when)


def pytest_collection_finish(session):
    "The slower lessons begin now and run beside the other tests; the one that waits for them is the last long one"
    if any(item.name == OTHERS for item in session.items) and not session.config.option.collectonly:
        from test_lessons import other_lessons

        session.config.add_cleanup((stack := ExitStack()).close)
        session.config.other_lessons = stack.enter_context(other_lessons())


@pytest.fixture(scope='module')
def lab(tmp_path_factory):
    "A JupyterLab with the widget lessons: (address, token, folder)"
    from helpers import serve_lab

    yield from serve_lab(tmp_path_factory.mktemp('lab'), 'jupyterlab')


@pytest.fixture(scope='module')
def notebook7(tmp_path_factory):
    "The same in Notebook 7"
    from helpers import serve_lab

    yield from serve_lab(tmp_path_factory.mktemp('notebook7'), 'notebook')


@pytest.fixture(scope='module')
def chromium():
    "`chromium(*args)` starts a browser"
    from helpers import SHOTS, find_browser
    from playwright.sync_api import sync_playwright

    path = find_browser()
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as pw:
        yield lambda *args: pw.chromium.launch(executable_path=path, args=['--no-sandbox', *args])


@pytest.fixture(scope='module')
def browser(chromium):
    "A browser for the tests of one file"
    b = chromium()
    yield b
    b.close()
