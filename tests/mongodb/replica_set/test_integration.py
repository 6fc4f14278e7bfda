"""The tests of the bucket module, on a replica set."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 8  # they wait more than they work


def test_the_bucket_module(deployment, tmp_path):
    program = os.path.join(os.environ["GRIDFS_BUILD_DIR"], "tests", "integration_tests")
    # Some put a proxy before the server, which can be one only: the primary, which names the others.
    environment = os.environ | {"GRIDFS_TEST_URI": deployment.primary().uri(replicaSet=deployment.name)}
    # Its exit code is the number of tests.
    listed = subprocess.run([program, "--list-test-names-only"], env=environment, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines()
    assert names, listed

    def run(part):
        selected = tmp_path / str(part)
        selected.write_text("\n".join(names[part::AT_ONCE]))
        return subprocess.run([program, "--input-file", selected], env=environment, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(AT_ONCE) as parts:
        done = list(parts.map(run, range(AT_ONCE)))
    assert all(part.returncode == 0 and "All tests passed" in part.stdout for part in done), \
        "\n".join(part.stdout + part.stderr for part in done if part.returncode)
