#ifndef BENCH_SERVERS_DISCARD_COMMANDS_H
#define BENCH_SERVERS_DISCARD_COMMANDS_H

#include <bson/bson.h>

#include "wire.h"

// Answers one command. What is inserted is counted and thrown away.
void answer(const request_t* request, bson_t* reply);

#endif
