import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "cli"))

from fixtures import database, server  # noqa: E402, F401
