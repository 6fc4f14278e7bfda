"""buckets: the buckets of a database."""

from gridfs import GridFSBucket

from harness import expect, json_lines, usage_error


def test_lists_the_collections_of_files(gridfs, database):
    expect(gridfs("buckets"))
    for name in ("b", "a.b", "A\n"):
        database.create_collection(f"{name}.files")
    for name in ("files", "c.chunks", "d.files.x"):
        database.create_collection(name)
    expect(gridfs("buckets"), out="A\\n\na.b\nb\n")


def test_counts_and_sizes(gridfs, database):
    first, second = (GridFSBucket(database, name, disable_md5=True) for name in ("a", "b"))
    for data in (bytes(100_000), bytes(200_000)):
        first.upload_from_stream("x", data)
    second.upload_from_stream("empty", b"")
    result = gridfs("buckets", "--json")
    expect(result, out=result.out)
    [a, b] = json_lines(result)
    assert (a["bucket"], a["files"], b) == ("a", 2, {"bucket": "b", "files": 1, "bytes": b["bytes"]})
    assert 300_000 < a["bytes"] < 500_000  # whatever a server takes for the size of a document
    result = gridfs("buckets", "-l")
    assert result.out.decode().splitlines() == [f"2\t{a['bytes']}\ta", f"1\t{b['bytes']}\tb"]
    assert all(line.endswith(("K\ta", "\tb")) for line in gridfs("buckets", "-H").out.decode().splitlines())


def test_operands_are_refused(gridfs):
    expect(gridfs("buckets", "--", "x"), err=usage_error("buckets"), code=2)
