"""The limit of descriptors, in a program of its own."""

import subprocess
import sys

import pytest

SHOW = """
import resource
from ivr.app.descriptors import take_descriptors
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
take_descriptors()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "after"), [(256, 4096, 4096), (256, 20_000, 16_384), (300, 300, 300)]
)
def test_the_program_takes_what_it_may_have(soft: int, hard: int, after: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(soft=soft, hard=hard)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(after), str(hard)]
