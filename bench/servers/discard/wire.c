#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  header_size = 16,
  largest_message = 48000000,
  op_reply = 1,
  op_query = 2004,
  op_msg = 2013,
  checksum_present = 1,
  more_to_come = 2,
};

static int32_t int32_at(const uint8_t* bytes) {
  int32_t value;
  memcpy(&value, bytes, sizeof value);
  return BSON_UINT32_FROM_LE(value);
}

static void put_int32(uint8_t* bytes, int32_t value) {
  value = BSON_UINT32_TO_LE(value);
  memcpy(bytes, &value, sizeof value);
}

static bool read_exactly(int socket, uint8_t* bytes, size_t count) {
  while (count > 0) {
    const ssize_t got = read(socket, bytes, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    count -= (size_t)got;
  }
  return true;
}

static bool parse_query(request_t* request, size_t size) {
  const size_t name = header_size + 4;
  const uint8_t* end = memchr(request->bytes + name, '\0', size - name);
  if (!end) return false;
  const size_t document = (size_t)(end - request->bytes) + 1 + 8;
  if (document + 5 > size) return false;
  request->reply_wanted = true;
  return bson_init_static(&request->command, request->bytes + document, int32_at(request->bytes + document));
}

static bool count_documents(request_t* request, const uint8_t* at, const uint8_t* end) {
  at = memchr(at, '\0', end - at);
  if (!at) return false;
  for (++at; at + 5 <= end; at += int32_at(at)) {
    if (int32_at(at) < 5) return false;
    ++request->documents_beside;
  }
  return at == end;
}

static bool parse_message(request_t* request, size_t size) {
  const uint8_t* at = request->bytes + header_size + 4;
  const int32_t flags = int32_at(request->bytes + header_size);
  const uint8_t* end = request->bytes + size - (flags & checksum_present ? 4 : 0);
  bool has_command = false;
  request->reply_wanted = !(flags & more_to_come);
  while (at + 5 < end) {
    const uint8_t kind = *at++;
    const int32_t length = int32_at(at);
    if (length < 5 || length > end - at) return false;
    if (kind == 0) {
      has_command = bson_init_static(&request->command, at, length);
    } else if (!count_documents(request, at + 4, at + length)) {
      return false;
    }
    at += length;
  }
  return has_command;
}

bool read_request(int socket, request_t* request) {
  uint8_t header[header_size];
  if (!read_exactly(socket, header, header_size)) return false;
  const int32_t size = int32_at(header);
  if (size < header_size + 9 || size > largest_message) return false;
  if (request->capacity < (size_t)size) {
    free(request->bytes);
    request->bytes = malloc(size);
    request->capacity = request->bytes ? (size_t)size : 0;
    if (!request->bytes) return false;
  }
  memcpy(request->bytes, header, header_size);
  if (!read_exactly(socket, request->bytes + header_size, size - header_size)) return false;
  request->request_id = int32_at(header + 4);
  request->opcode = int32_at(header + 12);
  request->documents_beside = 0;
  if (request->opcode == op_query) return parse_query(request, size);
  return request->opcode == op_msg && parse_message(request, size);
}

bool write_reply(int socket, const request_t* request, const bson_t* reply) {
  uint8_t before[header_size + 20] = {0};
  const bool old = request->opcode == op_query;
  const size_t before_size = header_size + (old ? 20 : 5);
  put_int32(before, (int32_t)(before_size + reply->len));
  put_int32(before + 8, request->request_id);
  put_int32(before + 12, old ? op_reply : op_msg);
  if (old) put_int32(before + header_size + 16, 1);
  struct iovec parts[2] = {{before, before_size}, {(void*)bson_get_data(reply), reply->len}};
  for (int first = 0; first < 2;) {
    ssize_t written = writev(socket, parts + first, 2 - first);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    for (; first < 2 && (size_t)written >= parts[first].iov_len; ++first) written -= (ssize_t)parts[first].iov_len;
    if (first < 2) {
      parts[first].iov_base = (uint8_t*)parts[first].iov_base + written;
      parts[first].iov_len -= (size_t)written;
    }
  }
  return true;
}
