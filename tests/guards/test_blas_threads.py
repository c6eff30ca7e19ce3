"""Numpy's own threads would keep all calls waiting for each other."""

import subprocess
import sys

COUNT = "import ivr.audio.resample, os; print(len(os.listdir('/proc/self/task')))"


def test_the_program_s_sums_are_worked_out_by_the_thread_that_needs_them() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", COUNT], capture_output=True, text=True, check=True, env={}
    )
    assert int(ran.stdout) == 1
