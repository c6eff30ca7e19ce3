"""Which servers help a browser to reach us."""

from ivr.config.webrtc import WebRtc


def ice_servers(settings: WebRtc) -> list[dict[str, str]]:
    """As `RTCPeerConnection` takes them."""
    servers = [{"urls": settings.stun}] if settings.stun else []
    if settings.turn:
        password = settings.turn_password
        servers.append(
            {
                "urls": settings.turn,
                "username": settings.turn_user or "",
                "credential": password.get_secret_value() if password else "",
            }
        )
    return servers
