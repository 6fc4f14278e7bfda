// A server that costs a client nothing: it takes what is put and throws it away, and makes up what is fetched.
// It prints its URI, and stops when standard input closes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands.h"
#include "content.h"
#include "wire.h"

static void* serve(void* argument) {
  const int socket = (int)(intptr_t)argument;
  request_t request = {0};
  while (read_request(socket, &request)) {
    bson_t* reply = bson_sized_new(4096);
    answer(&request, reply);
    const bool said = !request.reply_wanted || write_reply(socket, &request, reply);
    bson_destroy(reply);
    if (!said) break;
  }
  free(request.bytes);
  close(socket);
  return NULL;
}

static void* accept_all(void* argument) {
  const int listener = (int)(intptr_t)argument;
  for (;;) {
    const int socket = accept(listener, NULL, NULL);
    if (socket < 0) continue;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, (void*)(intptr_t)socket) == 0) pthread_detach(thread);
  }
  return NULL;
}

static int listen_on_free_port(struct sockaddr_in* address) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t size = sizeof *address;
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (listener < 0 || bind(listener, (struct sockaddr*)address, size) != 0 || listen(listener, 64) != 0 ||
      getsockname(listener, (struct sockaddr*)address, &size) != 0) {
    perror("discard");
    exit(1);
  }
  return listener;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  make_content();
  struct sockaddr_in address;
  const int listener = listen_on_free_port(&address);
  pthread_t thread;
  if (pthread_create(&thread, NULL, accept_all, (void*)(intptr_t)listener) != 0) return 1;
  printf("mongodb://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  return 0;
}
