"""One thread for numpy: the tables here are small, and many test processes share the machine."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
