"""Small checks of what the hotline needs, each an item of `ivr doctor`."""
