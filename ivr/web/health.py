"""Whether the program is alive and ready, for people, containers and monitoring."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.responses import JSONResponse

Ready = Callable[[], Awaitable[bool]]


def health_app(parts: dict[str, Ready]) -> FastAPI:
    """Answers `GET /health` while the program lives, and `GET /ready` while all parts work.

    `/ready` names the parts that do not, with status 503.
    """
    app = FastAPI(openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready")
    async def ready() -> JSONResponse:
        missing = [name for name, works in parts.items() if not await works()]
        body = {"status": "ok"} if not missing else {"status": "degraded", "missing": missing}
        return JSONResponse(body, 200 if not missing else 503)

    return app
