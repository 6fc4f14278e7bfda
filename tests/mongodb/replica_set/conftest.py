"""The tests of this folder share one replica set of three, whose start takes longer than they do: they are one process."""

import pymongo
import pytest

from mongod import ReplicaSet


@pytest.fixture(scope="session")
def deployment(tmp_path_factory):
    with ReplicaSet(tmp_path_factory.mktemp("set")) as replica_set:
        yield replica_set


@pytest.fixture(scope="session")
def server(deployment):
    """What it writes is there when the next primary is elected."""
    uri = deployment.uri(w="majority")
    with pymongo.MongoClient(uri, tz_aware=True, uuidRepresentation="unspecified") as client:
        yield client


@pytest.fixture(autouse=True)
def whole(deployment):
    """Each test begins with all members up, one of them primary."""
    deployment.wait_for_primary()
