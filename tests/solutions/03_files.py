from pose_attn.files import *


def append_line(path, line):
    old = path.read_text() if path.exists() else ''
    with atomic_write(path) as part:
        part.write_text(f'{old}{line}\n')


def exit_code(error):
    if error is None:
        return 0
    return 130 if isinstance(error, KeyboardInterrupt) else 2


class wrong:
    def append_line(path, line):
        with path.open('a') as f:
            f.write(line + '\n')

    def exit_code(error):
        return 1 if error else 0
