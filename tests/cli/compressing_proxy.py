"""A proxy that speaks OP_COMPRESSED for a server that does not
(https://github.com/mongodb/specifications/blob/master/source/compression/OP_COMPRESSED.md)."""

import struct
import zlib

import snappy
import zstandard

from proxy import HEADER, OP_MSG, Proxy, with_greeting

OP_COMPRESSED = 2012
INNER = struct.Struct("<iiB")  # opcode, length, compressor

COMPRESSORS = {  # number, compress, decompress
    "snappy": (1, snappy.compress, lambda data, size: snappy.decompress(data)),
    "zlib": (2, zlib.compress, lambda data, size: zlib.decompress(data, bufsize=size)),
    "zstd": (3, lambda data: zstandard.ZstdCompressor().compress(data),
             lambda data, size: zstandard.ZstdDecompressor().decompress(data, max_output_size=size)),
}


class CompressingProxy(Proxy):
    """`received` and `sent` count the bytes of what went over the client's side compressed; `starts` holds the first two
    bytes of what the client compressed."""

    def __init__(self, uri, compressor):
        self._name = compressor
        self._number, self._compress, self._decompress = COMPRESSORS[compressor]
        self.received, self.sent, self.starts = 0, 0, set()
        super().__init__(uri)
        self.uri += ("&" if "?" in self.uri else "?") + f"compressors={compressor}"

    def _request(self, message):
        _, request_id, response_to, opcode = HEADER.unpack_from(message)
        if opcode != OP_COMPRESSED:
            return message
        opcode, size, number = INNER.unpack_from(message, HEADER.size)
        assert number == self._number
        body = self._decompress(message[HEADER.size + INNER.size :], size)
        assert len(body) == size
        self.received += len(message)
        self.starts.add(message[HEADER.size + INNER.size :][:2])
        return HEADER.pack(HEADER.size + size, request_id, response_to, opcode) + body

    def _reply(self, message, asked):
        message = with_greeting(message, {"compression": [self._name]})
        _, request_id, response_to, opcode = HEADER.unpack_from(message)
        if opcode != OP_MSG or HEADER.unpack_from(asked)[3] != OP_COMPRESSED:
            return message
        body = message[HEADER.size :]
        inner = INNER.pack(opcode, len(body), self._number) + self._compress(body)
        self.sent += HEADER.size + len(inner)
        return HEADER.pack(HEADER.size + len(inner), request_id, response_to, OP_COMPRESSED) + inner
