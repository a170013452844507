"""
Hops from process to process: ignores SIGTERM, and again and again forks, lets the parent end, and writes the time into a
file. Arguments: the file, milliseconds between two hops, 1 for a session of its own each time, seconds to live, a mark.
"""

import os
import signal
import sys
import time

path, pause_ms, own_session, life_s = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "1", float(sys.argv[4])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
ends_at = time.time() + life_s
while time.time() < ends_at:
    if os.fork() != 0:
        os._exit(0)
    if own_session:
        os.setsid()
    with open(path, "w") as beat:
        beat.write(repr(time.time()))
    time.sleep(pause_ms / 1000)
