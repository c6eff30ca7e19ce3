"""The speech models on this machine: what there could be, what there is, and how it gets here."""
