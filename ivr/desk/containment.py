"""Which calls the assistant has really settled: those that nobody had to make again. Pure.

A call counts as settled if it ended as answered, left nothing for a person to do, and no call
about the same thing came from the same number within `AGAIN`. Where one of two calls does not tell
what it was about, they are taken to be about the same: better an honest figure than a high one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from ivr.core.records import Outcome
from ivr.core.reporting import CallSeen

AGAIN = timedelta(days=7)


def settled(calls: Sequence[CallSeen], later: Sequence[CallSeen] = ()) -> frozenset[str]:
    """The ids of those of `calls` that were settled.

    `later` are calls beyond the report's end, up to `AGAIN`. Calls without a number are never
    among the settled: whether they were made again cannot be known.
    """
    by_number: dict[str, list[CallSeen]] = defaultdict(list)
    for call in sorted({each.call_id: each for each in (*calls, *later)}.values(), key=_began):
        if call.number and not call.outbound:
            by_number[call.number].append(call)
    return frozenset(
        call.call_id
        for call in calls
        if call.number
        and not call.outbound
        and call.outcome is Outcome.ANSWERED
        and not call.to_people
        and not _made_again(call, by_number[call.number])
    )


def _made_again(call: CallSeen, of_number: Sequence[CallSeen]) -> bool:
    begin = bisect_right(of_number, call.began, key=_began)
    for other in of_number[begin:]:
        if other.began - call.began > AGAIN:
            return False
        if not call.topics or not other.topics or set(call.topics) & set(other.topics):
            return True
    return False


def _began(call: CallSeen) -> datetime:
    return call.began
