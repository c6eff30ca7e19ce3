"""Offer and answer over HTTP, for the call page and for programs that call like it."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ivr.config.webrtc import WebRtc
from ivr.lines.webrtc.offer import Offer, OfferRefused, read_offer
from ivr.web.calls.reception import Accepted, Reception, Refusal
from ivr.web.calls.requests import BadRequest, CallRequest, allowed_origin, read_call, read_token

_STATUS = {
    Refusal.BUSY: 503,
    Refusal.YOURS: 429,
    Refusal.OFTEN: 429,
    Refusal.CLOSING: 503,
    Refusal.GONE: 404,
    Refusal.LATE: 409,
}
_RETRY_AFTER_S = "30"


def api_router(reception: Reception, settings: WebRtc) -> APIRouter:
    """`POST /calls` begins a call or comes back to it, `POST /calls/end` hangs up."""
    router = APIRouter()

    @router.post("/calls")
    async def call(request: Request) -> Response:
        if not _from_here(request, settings):
            reception.foreign()
            return _error("origin", 403)
        try:
            wish = read_call(await request.body())
            offer = read_offer(wish.sdp)
            result = await _take(reception, request, wish, offer)
        except (BadRequest, OfferRefused) as error:
            reception.refused("offer")
            return _error("offer", 400, str(error))
        match result:
            case Accepted():
                body = {
                    "token": result.token,
                    "sdp": result.answer,
                    "reconnect_s": settings.reconnect_s,
                }
                return JSONResponse(body, 201 if wish.token is None else 200)
            case Refusal():
                return _error(result.value, _STATUS[result])

    @router.post("/calls/end")
    async def end(request: Request) -> Response:
        if not _from_here(request, settings):
            return _error("origin", 403)
        try:
            reception.end(read_token(await request.body()))
        except BadRequest as error:
            return _error("token", 400, str(error))
        return Response(status_code=204)

    return router


async def _take(
    reception: Reception, request: Request, wish: CallRequest, offer: Offer
) -> Accepted | Refusal:
    address = request.client.host if request.client else ""

    async def waits() -> bool:
        return not await request.is_disconnected()

    if wish.token is not None:
        return await reception.come_back(wish.token, offer, address, waits)
    result = await reception.call(offer, address)
    if isinstance(result, Accepted) and not await waits():
        # Who asked has gone, and knows no token to end the call with.
        reception.end(result.token)
    return result


def _from_here(request: Request, settings: WebRtc) -> bool:
    headers = request.headers
    return allowed_origin(headers.get("origin"), headers.get("host", ""), settings.origins)


def _error(error: str, status: int, message: str = "") -> JSONResponse:
    headers = {"Retry-After": _RETRY_AFTER_S} if status in (429, 503) else None
    return JSONResponse({"error": error, "message": message}, status, headers)
