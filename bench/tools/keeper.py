"""Fills, reads back and drops buckets for the benchmark: a JSON object a line in, one out. It is not measured."""

import datetime
import hashlib
import json
import os
import sys

import pymongo
from bson import Binary, ObjectId

CHUNK = 255 * 1024
BATCH_BYTES = 8 * 1024 * 1024
CHUNKS_AT_ONCE = 48  # some servers put everything that is left into a reply without such a bound
LISTED_AT_ONCE = 1000

clients = {}


class Packer:
    """Inserts documents, many at a time."""

    def __init__(self, collection, most):
        self.collection, self.most = collection, most
        self.documents, self.bytes = [], 0

    def add(self, document, size=0):
        self.documents.append(document)
        self.bytes += size
        if len(self.documents) >= self.most or self.bytes >= BATCH_BYTES:
            self.flush()

    def flush(self):
        if self.documents:
            self.collection.insert_many(self.documents, ordered=False)
        self.documents, self.bytes = [], 0


def make_indexes(bucket):
    bucket.files.create_index([("filename", 1), ("uploadDate", 1)])
    bucket.chunks.create_index([("files_id", 1), ("n", 1)], unique=True)


def files_document(file_id, name, length):
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"_id": file_id, "length": length, "chunkSize": CHUNK, "uploadDate": now, "filename": name}


def store(bucket, named_paths):
    make_indexes(bucket)
    chunks, files = Packer(bucket.chunks, 1000), Packer(bucket.files, 1000)
    ids = []
    for name, path in named_paths:
        file_id, length = ObjectId(), 0
        with open(path, "rb") as source:
            while data := source.read(CHUNK):
                chunk = {"_id": ObjectId(), "files_id": file_id, "n": length // CHUNK, "data": Binary(data)}
                chunks.add(chunk, len(data))
                length += len(data)
        files.add(files_document(file_id, name, length))
        ids.append(str(file_id))
    chunks.flush()
    files.flush()
    return ids


def fill_file(bucket, request):
    return {"ids": store(bucket, [(request["name"], request["path"])])}


def fill_tree(bucket, request):
    root = request["path"]
    paths = (os.path.join(directory, name) for directory, _, names in os.walk(root) for name in names)
    return {"ids": store(bucket, [(request["name"] + os.path.relpath(path, root), path) for path in paths])}


def fill_listing(bucket, request):
    make_indexes(bucket)
    files = Packer(bucket.files, LISTED_AT_ONCE)
    for number in range(request["count"]):
        files.add(files_document(ObjectId(), f"listing/file-{number:08}.bin", 0))
    files.flush()
    return {}


def digest(bucket, _):
    """The name, length and sum of every file; a bucket that is not as the GridFS specification says is an error."""
    found = {}
    for file in bucket.files.find(batch_size=LISTED_AT_ONCE):
        found[file["_id"]] = file, hashlib.sha256(), [0, 0]
    chunks = bucket.chunks.find(batch_size=CHUNKS_AT_ONCE).sort([("files_id", 1), ("n", 1)])
    for chunk in chunks:
        if chunk["files_id"] not in found:
            raise ValueError("a chunk of no file")
        file, sums, progress = found[chunk["files_id"]]
        length = min(file["chunkSize"], file["length"] - progress[1])
        if chunk["n"] != progress[0] or len(chunk["data"]) != length:
            raise ValueError(f"chunk {chunk['n']} of {file['filename']} is not the one expected")
        sums.update(chunk["data"])
        progress[0] += 1
        progress[1] += length
    for file, _, progress in found.values():
        if progress[1] != file["length"]:
            raise ValueError(f"{file['filename']} lacks chunks")
    return {"files": {file["filename"]: sums.hexdigest() for file, sums, _ in found.values()}, "count": len(found)}


def drop(bucket, _):
    bucket.files.drop()
    bucket.chunks.drop()
    return {}


COMMANDS = {
    "fill-file": fill_file,
    "fill-tree": fill_tree,
    "fill-listing": fill_listing,
    "digest": digest,
    "drop": drop,
}


def answer(request):
    uri = request["uri"]
    if uri not in clients:
        clients[uri] = pymongo.MongoClient(uri)
    bucket = clients[uri][request["database"]][request["bucket"]]
    try:
        return COMMANDS[request["command"]](bucket, request)
    except (ValueError, KeyError, OSError, pymongo.errors.PyMongoError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
