"""German over the telephone, both ways: what was heard becomes values, values become speech.

Everything here is pure: no clock, no file, no network. Functions that hear are total: whatever
the recognizer wrote, they return a value or None and never raise.
"""
