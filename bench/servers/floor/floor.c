// The same bytes through a bare socket: what a transfer costs when nothing is done with what is transferred.
//   floor serve            prints its port, takes or gives bytes, stops when standard input closes
//   floor put PORT FILE    sends the file, waits for the word that all of it came
//   floor get PORT FILE N  fetches N bytes into the file
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { buffer_size = 256 * 1024 };
static _Thread_local char buffer[buffer_size];

typedef struct {
  char what;  // 'p' to send to the server, 'g' to fetch from it
  uint64_t bytes;
} __attribute__((packed)) wish_t;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int write_all(int to, const char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = write(to, bytes, count);
    if (written <= 0) return -1;
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

// Moves `count` bytes; a descriptor of -1 stands for nowhere, or for arbitrary bytes.
static int move_bytes(int from, int to, uint64_t count) {
  while (count > 0) {
    const size_t most = count < buffer_size ? count : buffer_size;
    const ssize_t got = from < 0 ? (ssize_t)most : read(from, buffer, most);
    if (got <= 0 || (to >= 0 && write_all(to, buffer, (size_t)got) != 0)) return -1;
    count -= (uint64_t)got;
  }
  return 0;
}

static void* serve_one(void* argument) {
  const int client = (int)(intptr_t)argument;
  wish_t wish;
  if (recv(client, &wish, sizeof wish, MSG_WAITALL) == sizeof wish) {
    if (wish.what == 'p' && move_bytes(client, -1, wish.bytes) == 0) write_all(client, "k", 1);
    if (wish.what == 'g') move_bytes(-1, client, wish.bytes);
  }
  close(client);
  return NULL;
}

static void* accept_all(void* argument) {
  for (;;) {
    const int client = accept((int)(intptr_t)argument, NULL, NULL);
    pthread_t thread;
    if (client >= 0 && pthread_create(&thread, NULL, serve_one, (void*)(intptr_t)client) == 0) pthread_detach(thread);
  }
  return NULL;
}

static void serve(void) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  pthread_t thread;
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0 ||
      pthread_create(&thread, NULL, accept_all, (void*)(intptr_t)listener) != 0) {
    fail("floor: serve");
  }
  printf("mongodb://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (read(STDIN_FILENO, buffer, 1) > 0) continue;
}

static int connect_to(const char* port, wish_t wish) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (server < 0 || connect(server, (const struct sockaddr*)&address, sizeof address) != 0) fail("floor: connect");
  if (write_all(server, (const char*)&wish, sizeof wish) != 0) fail("floor: write");
  return server;
}

static void put(const char* port, const char* path) {
  const int source = open(path, O_RDONLY);
  struct stat status;
  char word;
  if (source < 0 || fstat(source, &status) != 0) fail(path);
  const int server = connect_to(port, (wish_t){'p', (uint64_t)status.st_size});
  if (move_bytes(source, server, (uint64_t)status.st_size) != 0 || read(server, &word, 1) != 1) fail("floor: put");
}

static void get(const char* port, const char* path, uint64_t bytes) {
  const int target = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (target < 0) fail(path);
  if (move_bytes(connect_to(port, (wish_t){'g', bytes}), target, bytes) != 0) fail("floor: get");
  if (close(target) != 0) fail(path);
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc == 2 && strcmp(argv[1], "serve") == 0) {
    serve();
  } else if (argc == 4 && strcmp(argv[1], "put") == 0) {
    put(argv[2], argv[3]);
  } else if (argc == 5 && strcmp(argv[1], "get") == 0) {
    get(argv[2], argv[3], strtoull(argv[4], NULL, 10));
  } else {
    fprintf(stderr, "usage: floor {serve | put PORT FILE | get PORT FILE BYTES}\n");
    return 2;
  }
  return 0;
}
