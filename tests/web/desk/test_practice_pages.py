"""Practice on the pages: who may do what, and what agents and supervisors see of it."""

import re
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.practice import MoodSeen, PointResult, PracticeResult, Run
from ivr.core.records import Turn
from ivr.core.staff import Role
from ivr.core.staffing import AgentState
from ivr.desk.sheets import enrol
from ivr.store.practice import SqlPractice
from tests.web.desk.workshop import Workshop, open_workshop, until, worn
from tests.web.shell import csrf

RESULT = None
