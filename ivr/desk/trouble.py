"""Sites that fail are taken out, longer each time, and come back with a trial call. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from ivr.core.staffing import SiteState

LONGEST_PAUSE_S = 300.0


def failed(state: SiteState, now: datetime, pause_s: float) -> SiteState:
    """Out from now on, twice as long as last time."""
    if state.out_until is not None and state.out_until > now:
        return state  # Calls that were on their way tell nothing new.
    out_s = min(LONGEST_PAUSE_S, pause_s * 2 ** min(state.failures, 16))
    return replace(state, failures=state.failures + 1, out_until=now + timedelta(seconds=out_s))


def silent(state: SiteState, now: datetime, pause_s: float) -> SiteState | None:
    """Nothing answers there: out until something does. None if that is known."""
    if state.silent:
        return None
    return replace(failed(state, now, pause_s), silent=True)


def answers(state: SiteState, now: datetime) -> SiteState | None:
    """Something answers: back with a call as a trial, but not before the pause is over, which is
    longer each time, so that a site that comes and goes is left alone. None if nothing changes."""
    if not state.silent or (state.out_until is not None and state.out_until > now):
        return None
    return replace(state, silent=False)


def worked(state: SiteState) -> SiteState | None:
    """Back in service; None if it was never out."""
    if state.failures == 0:
        return None
    return replace(state, failures=0, out_until=None, silent=False)
