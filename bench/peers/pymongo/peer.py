"""GridFS as a script on pymongo does it: GridFSBucket, one file after the other."""

import os
import re
import sys

import gridfs
import pymongo
from bson import ObjectId, Regex, json_util

RELAXED = json_util.RELAXED_JSON_OPTIONS


def put(bucket, arguments):
    path, name = arguments
    with open(path, "rb") as source:
        print(bucket.upload_from_stream(name, source))


def get(bucket, arguments):
    file_id, path = arguments
    with open(path, "wb") as target:
        bucket.download_to_stream(ObjectId(file_id), target)


def put_tree(bucket, arguments):
    root, prefix = arguments
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as source:
                bucket.upload_from_stream(prefix + os.path.relpath(path, root), source)


def get_tree(bucket, arguments):
    prefix, root = arguments
    for file in bucket.find({"filename": Regex("^" + re.escape(prefix))}):
        path = os.path.join(root, file.filename[len(prefix) :])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as target:
            bucket.download_to_stream(file._id, target)


def ls(bucket, arguments):
    for file in bucket.find(sort=[("filename", 1), ("uploadDate", 1)]):
        if "--json" in arguments:
            print(json_util.dumps(file._file, json_options=RELAXED))
        elif "-l" in arguments:
            print(file._id, file.length, file.upload_date.isoformat(), file.filename, sep="\t")
        else:
            print(file.filename)


def rm(bucket, arguments):
    for file_id in arguments:
        bucket.delete(ObjectId(file_id))


COMMANDS = {"put": put, "get": get, "put-tree": put_tree, "get-tree": get_tree, "ls": ls, "rm": rm}


def main():
    if sys.argv[1:] == ["--version"]:
        print("pymongo", pymongo.version)
        return
    uri, database, bucket, command, *arguments = sys.argv[1:]
    with pymongo.MongoClient(uri) as client:
        bucket = gridfs.GridFSBucket(client[database], bucket_name=bucket)
        COMMANDS[command](bucket, arguments)


main()
