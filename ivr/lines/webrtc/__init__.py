"""Calls from browsers: WebRTC on aiortc, Opus both ways, a leg that survives its connection."""
