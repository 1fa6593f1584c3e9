"""One thread for whatever backend Keras takes, so that a recording repeats to the last bit.

Import this before Keras: every backend reads its settings from the environment once.
"""

import os

THREADS = 1

for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = str(THREADS)
# JAX has no variable of its own for this.
os.environ["XLA_FLAGS"] = " ".join(
    [os.environ.get("XLA_FLAGS", ""), "--xla_cpu_multi_thread_eigen=false"]
).strip()
