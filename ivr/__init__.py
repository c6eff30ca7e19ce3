"""A telephone hotline that listens, understands and answers in German."""

import os

# Numpy's products are small here. Shared out among threads each of them waits until the system
# has let all of those run: beside twenty calls that took a seventh of a core and every call's
# time. To be set before numpy is loaded, by whomever.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
