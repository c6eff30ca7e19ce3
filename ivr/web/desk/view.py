"""Draws one agent's desk: what is new goes to the open page by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.call.conversation import Conversation
from ivr.core.forms import shown
from ivr.core.records import Turn
from ivr.core.staff import Person
from ivr.core.staffing import Agent, AgentState, Floor, Wait, WaitState
from ivr.desk.call_outs import Calling
from ivr.desk.people import BREAK_REASONS, Today
from ivr.desk.rings import Offer
from ivr.desk.sheets import enrol, stay_of
from ivr.web.desk.house import House
from ivr.web.desk.passing import UnderWay
from ivr.web.desk.wording import (
    FIELDS,
    FORMS,
    LANGUAGES,
    MOODS,
    REASONS,
    STATES,
    TRIED,
    form_title,
)
from ivr.web.desk.work import waiting_work
from ivr.web.pages import Pages
from ivr.web.stream import Screen
from ivr.web.texts import gettext as _

_WORDS: Mapping[str, object] = {
    "states": STATES,
    "breaks": BREAK_REASONS,
    "fields": FIELDS,
    "forms": FORMS,
    "moods": MOODS,
    "reasons": REASONS,
    "tried": TRIED,
    "languages": LANGUAGES,
    "form_title": form_title,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a drawing of the desk is made of."""

    agent: Agent
    floor: Floor
    wait: Wait | None
    """The call the agent is in, or has just been in."""
    talk: Conversation | None
    beside: Conversation | None
    """A colleague's call that the agent was asked into."""
    offer: Offer | None
    headset: bool
    today: Today
    calling: Calling | None
    """The customer whom the agent calls back, until they answer."""
    passing: UnderWay | None
    """Who is being asked to take the agent's caller."""
    on_duty: bool
    """Whether calls come now to where the agent works: outside its hours nothing rings."""
    now: datetime

    @property
    def waiting(self) -> list[Wait]:
        return [
            wait
            for wait in self.floor.waits
            if wait.state is not WaitState.TALKING and not wait.kept
        ]

    @property
    def longest_since(self) -> datetime | None:
        return min((wait.waiting.since for wait in self.waiting), default=None)


class DeskView:
    """One open page of one agent's. Raises StoreUnavailable."""

    def __init__(self, house: House, pages: Pages, person: Person) -> None:
        self._at = house
        self._pages = pages
        self._person = person
        self._facts: tuple[object, str] = (None, "")
        """Drawn once for each part of a call: what somebody types in it must not be replaced."""

    @property
    def _house(self) -> House:
        return self._at.of(self._person.name)

    async def draw(self) -> Screen:
        at = await self.standing()
        in_call = at.talk is not None and at.agent.state is AgentState.TALKING
        busy = in_call or at.offer or at.wait or at.calling
        places = {
            "desk-state": self._part("state", at),
            "desk-day": self._part("day", at),
            "desk-offer": self._part("offer", at),
            "desk-call": self._call(at, in_call),
            "desk-wrap": self._part("wrap", at) if at.agent.state is AgentState.WRAP_UP else "",
            "desk-idle": "" if busy else self._part("idle", at),
            "desk-facts": self._call_facts(at),
            "desk-work": await self._work(at),
            "desk-answers": self._part("answers", at) if in_call else "",
        }
        lists = {}
        if (talk := at.talk or at.beside) is not None:
            lists["desk-talk"] = self._turns(talk.record().turns)
        elif at.wait is None:
            lists["desk-talk"] = {}
        return Screen(places, lists)

    async def standing(self) -> Standing:
        house, person = self._house, self._person
        agent = await enrol(house.premises, person.name, person.full_name)
        calling = house.call_outs.of(agent.id)
        wait = await stay_of(house.store, agent)
        site, now = house.premises.plan.site(agent.site), house.premises.clock()
        return Standing(
            agent,
            await house.store.floor(),
            wait,
            house.talk_of(agent.id),
            await house.beside(agent.id),
            self._offer(agent, wait),
            house.headsets.of(agent.id) is not None,
            await house.people.today(agent),
            calling if calling is not None and not calling.reached else None,
            house.passing.of(agent.id),
            site is None or site.on_duty(now),
            now,
        )

    def _offer(self, agent: Agent, wait: Wait | None) -> Offer | None:
        """What rings at the agent's page, or at their telephone: the page tells who it is."""
        house = self._house
        if agent.phone is None:
            return next(iter(house.ring.offers(agent.id)), None)
        if wait is None or agent.state is not AgentState.RINGING:
            return None
        plan, rings_s = house.premises.plan, house.premises.settings.offer_s
        site, queue = plan.site(agent.site) or plan.sites[0], plan.queue(wait.queue)
        why = "" if wait.agent == agent.id else _("Rücksprache")
        return Offer(f"phone-{wait.id}", wait.waiting, queue, site, agent, rings_s, why, wait.kept)

    def _call(self, at: Standing, in_call: bool) -> str:
        if at.calling is not None:
            return self._part("calling", at)
        if in_call:
            return self._part("call", at)
        return "" if at.beside is None else self._part("beside", at)

    def _call_facts(self, at: Standing) -> str:
        if at.wait is None or at.agent.state in (AgentState.RESERVED, AgentState.RINGING):
            return ""
        lent = at.talk is not None and at.talk.seating.lent
        # What the assistant has learnt, and how a value was understood, is to be seen.
        key = (at.wait.call_id, lent, at.wait.waiting.hand_over)
        if self._facts[0] != key:
            self._facts = (key, self._part("facts", at))
        return self._facts[1]

    async def _work(self, at: Standing) -> str:
        if at.wait is not None:
            return ""
        tasks = await waiting_work(self._house.work, at.agent.id, at.now)
        return self._pages.fragment("desk/work.html", tasks=tasks, at=at, **_WORDS)

    def _turns(self, turns: tuple[Turn, ...]) -> dict[str, str]:
        return {
            str(number): self._pages.fragment("desk/turn.html", turn=turn, key=number)
            for number, turn in enumerate(turns)
            # Whether a supervisor's coming is told is the notice's business.
            if turn.who != "supervisor"
        }

    def _takes(self) -> Mapping[str, tuple[str, ...]]:
        """What can be taken down of a call, and the fields that it needs."""
        papers = self._house.premises.papers
        return {} if papers is None else {form: papers.forms.fields(form) for form in FORMS}

    def _part(self, name: str, at: Standing) -> str:
        plan = self._house.premises.plan
        queue = plan.queue(at.wait.queue) if at.wait is not None else plan.queues[0]
        return self._pages.fragment(
            f"desk/{name}.html",
            at=at,
            queue=queue,
            queues=plan.queues,
            colleagues=[
                agent
                for agent in at.floor.agents
                if agent.id != at.agent.id and agent.state is AgentState.FREE
            ],
            outside=[site for site in plan.sites if site.trunk is not None],
            pressed=self._house.pressed.of(at.talk) if at.talk is not None else "",
            phrase=self._house.answer_phrase,
            shown=shown,
            takes=self._takes(),
            **_WORDS,
        )
