"""Makes pages of templates: texts, formats, addresses of static files, who is signed in."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ivr.core.staff import Person, Role
from ivr.web import texts
from ivr.web.intents import intent_title
from ivr.web.part import NavEntry
from ivr.web.staff.csrf import csrf_token
from ivr.web.texts.formats import filters

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"


class Pages:
    """The templates of all parts, with what each of them may use."""

    def __init__(self, company: str, zone: ZoneInfo, nav: Sequence[NavEntry]) -> None:
        """`company` stands at the top of the pages, moments are shown in `zone`."""
        self._nav = tuple(nav)
        self._env = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.install_gettext_callables(  # type: ignore[attr-defined]
            texts.gettext, texts.ngettext, newstyle=True
        )
        self._env.filters.update(filters(zone), intent=intent_title)
        self._env.globals.update(
            company=company, static=static, language=texts.spoken, role_name=role_name
        )

    def home(self, person: Person) -> str:
        """Where somebody begins: the first page for their own role, or else any they may see."""
        allowed = [entry for entry in self._nav if person.role.covers(entry.role)]
        allowed.sort(key=lambda entry: entry.role is not person.role)
        return allowed[0].path if allowed else "/staff/password"

    def page(
        self,
        request: Request,
        template: str,
        /,
        *,
        status: int = 200,
        **values: object,
    ) -> HTMLResponse:
        """A page, or a part of one, for whoever asks."""
        return HTMLResponse(self.text(request, template, **values), status)

    def text(self, request: Request, template: str, /, **values: object) -> str:
        """The HTML alone. Values that are missing are an error, not an empty place."""
        person: Person | None = getattr(request.state, "person", None)
        return self._env.get_template(template).render(
            {
                "person": person,
                "nav": [each for each in self._nav if person and person.role.covers(each.role)],
                "path": request.url.path,
                "query": dict(request.query_params),
                "csrf": csrf_token(request),
                **values,
            }
        )

    def fragment(self, template: str, /, **values: object) -> str:
        """HTML that is the same for everybody who gets it: nothing of a request is in it."""
        return self._env.get_template(template).render(values)


def pages_of(request: Request) -> Pages:
    """A dependency: the templates."""
    pages: Pages = request.app.state.pages
    return pages


def static(name: str) -> str:
    """The address of a static file. It changes with the file, so browsers may keep it for good."""
    return f"/static/{name}?v={_fingerprint(name)}"


def role_name(role: Role) -> str:
    names = {
        Role.AGENT: texts.N_("Agent/in"),
        Role.SUPERVISOR: texts.N_("Supervision"),
        Role.ADMIN: texts.N_("Administration"),
    }
    return texts.gettext(names[role])


@cache
def _fingerprint(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
