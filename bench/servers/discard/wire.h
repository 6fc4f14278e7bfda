// Messages of the MongoDB protocol: OP_MSG, and OP_QUERY as far as the first handshake of a driver needs it.
#ifndef BENCH_SERVERS_DISCARD_WIRE_H
#define BENCH_SERVERS_DISCARD_WIRE_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t* bytes;  // the whole message, owned; kept between messages
  size_t capacity;
  int32_t request_id;
  int32_t opcode;
  bool reply_wanted;
  bson_t command;             // views `bytes`
  uint32_t documents_beside;  // in document sequences, as drivers send the documents of an insert
} request_t;

// Reads the next message. False when the connection ends or what came is no such message.
bool read_request(int socket, request_t* request);

bool write_reply(int socket, const request_t* request, const bson_t* reply);

#endif
