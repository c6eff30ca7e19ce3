"""Set-up of the hotline: both environments, the speech models and Rasa's model.

Standard library only, and fit for Python 3.9: it runs before anything is installed, on whatever
Python the machine has, and finds or fetches the newer and older ones that the hotline needs.
"""
