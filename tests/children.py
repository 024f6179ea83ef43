"Functions run in a forked process, which may crash, hang or be killed"

import gc
import os
import sys
import traceback


def child(f):
    "Run `f` in a forked process, which ends with 0, or with 1 and its traceback; returns its id"
    gc.collect()  # a decoder that a child finds in the rubbish waits for threads it never had
    if pid := os.fork():
        return pid
    rc = 1
    try:
        f()
        rc = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(rc)


def ended(pid):
    "Wait for the process; its exit code, negative after a signal"
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
