"""The `ivr` command: one thin function a sub-command."""
