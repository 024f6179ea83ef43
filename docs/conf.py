"Sphinx reads this; what stands in settings.ini is not said again"
from configparser import ConfigParser
from pathlib import Path

ini = ConfigParser(delimiters=['=']); ini.read(Path(__file__).resolve().parents[1]/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']
project, author, release, copyright = cfg['title'], cfg['author'], cfg['version'], cfg['copyright']
extensions = ['myst_nb']
nb_execution_mode = 'off'                         # the notebooks carry their outputs, and the tests prove them
myst_enable_extensions = ['dollarmath', 'amsmath']
myst_heading_anchors = 3
suppress_warnings = ['myst.header', 'myst.xref_missing', 'mystnb.unknown_mime_type']
html_theme, html_title = 'furo', project
root_doc = 'index'
