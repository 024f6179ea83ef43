"Slides: a deck of every core lesson, nothing from elsewhere, and no slide larger than the screen"

import re
import sys

import pytest
from lessons import ROOT

sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'docs')]
import course_map  # noqa: E402
import slides  # noqa: E402

CORE = [o for o in course_map.lessons() if o['kind'] == 'Core']
core_lesson = pytest.mark.parametrize('r', CORE, ids=lambda r: r['path'].stem)
LOADS = re.compile(r'(?:src|href)="([^"#]+)"|url\(([^)]+)\)|@import\s+(\S+)|\bimport\b[^;\n]*?[\'"]([^\'"]+)[\'"]')


@pytest.fixture(scope='module')
def decks(tmp_path_factory):
    "The decks of all core lessons"
    to = tmp_path_factory.mktemp('slides') / 'made'
    slides.write(CORE, to)
    return to


@core_lesson
def test_deck(decks, r):
    "There is one; it begins with title and goals, ends with the exercises, and loads nothing but its own files"
    text = (decks / f"{r['path'].stem}.html").read_text(encoding='utf-8')
    shown = re.sub(r'src="data:[^"]*"', '', text)
    assert r['title'] in text.split('</section>')[0] and shown.count('<section') > 10
    assert 'After this lesson you can' in text.split('</section>')[0]
    assert r['number'] == '91' or 'Exercises' in shown.split('<section')[-1]
    assert not re.findall(r'https?:(?!//www\.w3\.org/)\S*', re.sub(r'<pre>.*?</pre>', '', shown, flags=re.S))
    for m in LOADS.finditer(re.sub(r'<(pre|aside)\b.*?</\1>', '', shown, flags=re.S)):
        to = next(filter(None, m.groups())).strip('"\'')
        assert (decks / to).is_file(), f'{to} is not there'


def test_assets_load_nothing_from_elsewhere(decks):
    for p in decks.glob('assets/**/deck.*'):
        for m in LOADS.finditer(p.read_text(encoding='utf-8')):
            raise AssertionError(f'{p.name} loads {m[0]}')
    theirs = (decks / 'assets/reveal/dist/reveal.css').read_text(encoding='utf-8')
    assert not re.search(r'@import|url\((?!["\']?data:)', theirs)
    assert all((decks / f"{r['path'].stem}.html").name in (decks / 'index.html').read_text() for r in CORE)


@pytest.mark.parametrize('stem', ['02_tour', '23_retrieval', '91_findings'])
def test_slides_fit_the_screen(browser, decks, stem):
    page, said = browser.new_page(viewport=dict(width=1280, height=720)), []
    page.on('pageerror', lambda e: said.append(str(e)))
    page.on('request', lambda o: None if o.url.startswith(('file:', 'data:')) else said.append(o.url))
    page.on('requestfailed', lambda o: said.append(o.url[:100]))
    page.goto((decks / f'{stem}.html').as_uri())
    page.wait_for_selector('body[data-ready=yes]', timeout=60_000)
    n = page.evaluate('Reveal.getTotalSlides()')
    for i in range(n):
        box = page.evaluate("""() => {
          const f = Reveal.getCurrentSlide().querySelector('.fit'), r = f.getBoundingClientRect();
          const inner = [...f.querySelectorAll('p, li, pre, img, table, h1, h2, h3')];
          const far = side => Math.max(...inner.map(o => o.getBoundingClientRect()[side]));
          return [far('right'), far('bottom'), r.top, +f.style.zoom || 1,
                  f.innerText.includes('$$') || !!f.querySelector('mjx-merror')] }""")
        right, bottom, top, zoom, raw = box
        assert right <= 1281 and bottom <= 721 and top >= 0, (stem, i, box)
        assert zoom > 0.6, f'slide {i + 1} of {stem} is made {zoom:.2f} as large to fit: too much for one slide'
        assert not raw, f'slide {i + 1} of {stem}: a formula is not set'
        page.keyboard.press('Space')
    page.close()
    assert n > 10 and not said, said


@pytest.mark.parametrize(
    'text, want',
    [
        ('One. Two by A. et al. Three.', ['One.', 'Two by A. et al. Three.']),
        ('See Eq. 3 and Sec. 3.2. Then go.', ['See Eq. 3 and Sec. 3.2.', 'Then go.']),
    ],
)
def test_sentences(text, want):
    got = slides.ENDS.split(text)
    assert got == want


def test_what_a_slide_shows_of_prose():
    text = '## T\n\nA first one. Then ' + 'and ' * 50 + 'end.\n\n$$x$$\n\n- a\n- b\n\n![p](a.svg)\n\n*Said. More.*'
    assert slides.digest(text) == ['## T', 'A first one.', '$$x$$', '- a\n- b', '![p](a.svg)', '*Said. More.*']
    assert slides.split_goals('write Eq. 1, say what i and j run over, and predict what changes') == [
        'write Eq. 1',
        'say what i and j run over',
        'predict what changes',
    ]
    code = 'def _a(): pass\n\ndef b():\n    return 1\n'
    assert slides.short(code, True) == code and slides.short('x = 1', True) is None
    assert slides.short('def b(): pass\nassert b', False) is None and slides.short('def _a(): pass', True) is None
    long = code + '\n' * 30
    assert slides.short(long, True) == 'def b():\n    return 1'


def test_marks_in_a_notebook_are_kept():
    "nbdev_clean keeps `slideshow`, and a mark says otherwise than the rule"
    ini = course_map.settings()
    assert 'slideshow' in ini['allowed_cell_metadata_keys'].split()
    r = next(o for o in CORE if o['number'] == '38')
    assert any('class TinyLearner' in c.source for c in slides.deck(r, set()).cells if c.cell_type == 'code')
