// measure REPORT PROGRAM [ARGUMENT...]: runs the program, passes on what it prints, and writes to the file REPORT what
// it took, as JSON. A program of its own because a child of an interpreter would start with the interpreter's peak
// memory.
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static void fail(const char* what, int code) {
  fprintf(stderr, "measure: %s: %s\n", what, strerror(code));
  exit(127);
}

// Passes on all that comes from the pipe. Returns when the first of it came, or a negative number.
static double pass_on(int from) {
  static char buffer[64 * 1024];
  double first = -1;
  for (;;) {
    const ssize_t got = read(from, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return first;
    if (first < 0) first = now();
    for (ssize_t written = 0; written < got;) {
      const ssize_t count = write(STDOUT_FILENO, buffer + written, (size_t)(got - written));
      if (count < 0) fail("standard output", errno);
      written += count;
    }
  }
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: measure REPORT PROGRAM [ARGUMENT...]\n");
    return 127;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe", errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);

  pid_t child;
  const double start = now();
  const int code = posix_spawnp(&child, argv[2], &actions, NULL, argv + 2, environ);
  if (code != 0) fail(argv[2], code);
  close(ends[1]);
  const double first = pass_on(ends[0]);
  int status;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) fail("wait4", errno);
  }
  const double wall = now() - start;

  FILE* report = fopen(argv[1], "w");
  if (!report) fail(argv[1], errno);
  fprintf(report, "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak_kib\": %ld, \"status\": %d, ", wall,
          seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  if (first < 0) {
    fprintf(report, "\"first_output\": null}\n");
  } else {
    fprintf(report, "\"first_output\": %.6f}\n", first - start);
  }
  return fclose(report) == 0 ? 0 : 127;
}
