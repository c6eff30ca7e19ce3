"""What Rasa asks the program to do: check and fill forms, look facts up, keep what was settled.

The actions carry values, never sentences: every text a caller hears is a response in `nlu/domain`.
"""
