"""How many files and connections the program may have open at once."""

import resource

ENOUGH = 16_384
"""More than calls and pages ever need. Not all that there may be, which can be a million:
the SIP stack makes tables of that size."""


def take_descriptors() -> None:
    """Raise the limit as far as this user may; what the program starts inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
