"Sphinx reads this; what stands in settings.ini is not said again"

import sys
from configparser import ConfigParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import api

ini = ConfigParser(delimiters=['='])
ini.read(Path(__file__).resolve().parents[1] / 'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']
project, author, release, copyright = cfg['title'], cfg['author'], cfg['version'], cfg['copyright']
extensions = ['myst_nb', 'sphinx.ext.viewcode']
nb_execution_mode = 'off'  # build.py has run the notebooks, or took the outputs that they carry
nb_code_prompt_show = 'Show the code (for the library)'
nb_code_prompt_hide = 'Hide the code'
nb_ipywidgets_js = {}  # no scripts from elsewhere: pages.py says what stands for a widget
myst_enable_extensions = ['dollarmath', 'amsmath', 'html_image']
myst_heading_anchors = 3
suppress_warnings = ['myst.header', 'mystnb.unknown_mime_type', 'misc.highlighting_failure']
html_theme, html_title, html_favicon = 'furo', project, str(Path(__file__).parent / 'static/icon.svg')
html_css_files, html_js_files = ['site.css', 'site/canvas.css'], ['figures.js']
html_theme_options = dict(
    light_css_variables={'color-brand-primary': '#9c1f0e', 'color-brand-content': '#9c1f0e'},
    dark_css_variables={'color-brand-primary': '#ff8a75', 'color-brand-content': '#ff8a75'},
)
pygments_style, pygments_dark_style = 'friendly', 'monokai'
viewcode_follow_imported_members = False  # api.py says the module itself: nothing need be imported
mathjax_path = 'mathjax/tex-svg.js'  # one file, which fetches no fonts; build.py puts it there
html_copy_source, html_show_sourcelink, add_module_names, python_maximum_signature_line_length = (
    False,
    False,
    False,
    100,
)
root_doc = 'index'


def source(app, module):
    "Text of a module and the lines of everything in it, methods that lessons patch in included"
    p = api.ROOT / (module.replace('.', '/') + '.py')
    if p.exists():
        s = api.Source(p)
        return s.text, api.tags(s)


def setup(app):
    app.connect('viewcode-find-source', source)
