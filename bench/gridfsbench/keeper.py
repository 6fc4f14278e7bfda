"""Fills, reads back and drops buckets. It is not measured."""

import datetime
import hashlib

from bson import Binary, ObjectId

CHUNK = 255 * 1024
BATCH_BYTES = 8 * 1024 * 1024
AT_ONCE = 1000


class NotWhole(Exception):
    """A bucket is not as the GridFS specification has it."""


class Keeper:
    """Of one bucket."""

    def __init__(self, client, database, bucket):
        self.bucket = client[database][bucket]

    def fill(self, named_sources):
        """Stores what each of these files, or bytes, holds; gives the ids."""
        self.bucket.files.create_index([("filename", 1), ("uploadDate", 1)])
        self.bucket.chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
        chunks, files = Packer(self.bucket.chunks), Packer(self.bucket.files)
        ids = [self.store(name, source, chunks, files) for name, source in named_sources]
        chunks.flush()
        files.flush()
        return ids

    def store(self, name, source, chunks, files):
        file_id, length = ObjectId(), 0
        for data in pieces(source):
            chunk = {"_id": ObjectId(), "files_id": file_id, "n": length // CHUNK, "data": Binary(data)}
            chunks.add(chunk, len(data))
            length += len(data)
        now = datetime.datetime.now(datetime.timezone.utc)
        files.add({"_id": file_id, "length": length, "chunkSize": CHUNK, "uploadDate": now, "filename": name})
        return file_id

    def digest(self):
        """The sum of every file by its name."""
        found = {file["_id"]: (file, hashlib.sha256(), [0, 0]) for file in self.bucket.files.find()}
        for chunk in self.bucket.chunks.find().sort([("files_id", 1), ("n", 1)]):
            if chunk["files_id"] not in found:
                raise NotWhole("a chunk of no file")
            file, sums, progress = found[chunk["files_id"]]
            length = min(file["chunkSize"], file["length"] - progress[1])
            if chunk["n"] != progress[0] or len(chunk["data"]) != length:
                raise NotWhole(f"chunk {chunk['n']} of {file['filename']} is not the one expected")
            sums.update(chunk["data"])
            progress[0] += 1
            progress[1] += length
        sums_by_name = {file["filename"]: sums.hexdigest() for file, sums, _ in found.values()}
        if len(sums_by_name) != len(found):
            raise NotWhole("two files of one name")
        for file, _, progress in found.values():
            if progress[1] != file["length"]:
                raise NotWhole(f"{file['filename']} lacks chunks")
        return sums_by_name

    def drop(self):
        self.bucket.files.drop()
        self.bucket.chunks.drop()


class Packer:
    """Inserts documents, many at a time."""

    def __init__(self, collection):
        self.collection = collection
        self.documents, self.bytes = [], 0

    def add(self, document, size=0):
        self.documents.append(document)
        self.bytes += size
        if len(self.documents) >= AT_ONCE or self.bytes >= BATCH_BYTES:
            self.flush()

    def flush(self):
        if self.documents:
            self.collection.insert_many(self.documents, ordered=False)
        self.documents, self.bytes = [], 0


def pieces(source):
    if isinstance(source, bytes):
        yield source
        return
    with open(source, "rb") as file:
        while data := file.read(CHUNK):
            yield data
