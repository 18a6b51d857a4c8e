"""One thread for numpy and torch, as in the compute workers: results are compared with theirs to the last bit."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
