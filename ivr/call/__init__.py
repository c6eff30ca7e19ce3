"""A call's life: its session, what is written down of it, and the register of live calls."""
