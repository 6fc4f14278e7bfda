// Makes system calls of a program fail, or shows which there were: a library for LD_PRELOAD.
//
// INTERPOSE holds rules, one a line: CALL PATTERN ACTION. The calls are openat (of a file that may be made), read,
// write, fsync, close, renameat (and renameat2, which rules can also name alone), linkat, pthread_create, prctl and
// setrlimit. PATTERN is a glob for the path, of a descriptor what /proc/self/fd says, of a renaming the new name, of a
// thread its number from 1, of the last two NUMBER=VALUE. The first rule that matches counts. The actions:
//
//   pass         the call does what it does
//   fail=ERRNO   the call does what it does, and then says that it failed
//   short=N      writes N bytes at most
//   occupy       once: makes a file of that name first, which holds "theirs"
//   hold=FILE    makes FILE.reached, and waits until FILE.go is there
//   hold_made=FILE   the same after the call, of openat
//
// INTERPOSE_LOG names a file to which each such call is added, one a line: CALL PATH.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

const auto real_openat = real<int(int, const char*, int, ...)>("openat");
const auto real_write = real<ssize_t(int, const void*, size_t)>("write");
const auto real_close = real<int(int)>("close");

struct Rule {
  std::string call;
  std::string pattern;
  std::string action;
  std::string value;
};

std::vector<Rule> read_rules() {
  std::vector<Rule> rules;
  const char* text = std::getenv("INTERPOSE");
  std::istringstream lines(text == nullptr ? "" : text);
  Rule rule;
  while (lines >> rule.call >> rule.pattern >> rule.action) {
    const auto equals = std::min(rule.action.find('='), rule.action.size());
    rule.value = rule.action.substr(std::min(equals + 1, rule.action.size()));
    rule.action.resize(equals);
    rules.push_back(rule);
  }
  return rules;
}

std::string path_of(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

std::string path_at(int directory, const char* name) {
  return *name == '/' || directory == AT_FDCWD ? name : path_of(directory) + "/" + name;
}

void note(std::string_view call, const std::string& path) {
  const char* log = std::getenv("INTERPOSE_LOG");
  if (log == nullptr) return;
  const int file = real_openat(AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const std::string line = std::string(call) + " " + path + "\n";
  static_cast<void>(real_write(file, line.data(), line.size()));
  real_close(file);
}

void hold(const std::string& file) {
  real_close(real_openat(AT_FDCWD, (file + ".reached").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  while (::access((file + ".go").c_str(), F_OK) != 0) ::usleep(1000);
}

void occupy(const std::string& path) {
  static std::atomic<bool> done = false;
  if (done.exchange(true)) return;
  constexpr std::string_view content = "theirs";
  const int file = real_openat(AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  static_cast<void>(real_write(file, content.data(), content.size()));
  real_close(file);
}

// What the first matching rule asks for after the call; what comes before it is done here.
struct Verdict {
  std::optional<int> error;
  std::optional<std::size_t> most;
  std::string hold_made;
};

Verdict meet(std::string_view call, const std::string& path) {
  static const std::vector<Rule> rules = read_rules();
  const int before = errno;
  note(call, path);
  Verdict verdict;
  for (const Rule& rule : rules) {
    if (rule.call != call || ::fnmatch(rule.pattern.c_str(), path.c_str(), 0) != 0) continue;
    if (rule.action == "fail") verdict.error = std::stoi(rule.value);
    if (rule.action == "short") verdict.most = std::stoul(rule.value);
    if (rule.action == "occupy") occupy(path);
    if (rule.action == "hold") hold(rule.value);
    if (rule.action == "hold_made") verdict.hold_made = rule.value;
    break;
  }
  errno = before;
  return verdict;
}

template <typename Result>
Result outcome(const Verdict& verdict, Result result) {
  if (!verdict.error) return result;
  errno = *verdict.error;
  return -1;
}

}  // namespace

extern "C" {

int openat(int directory, const char* name, int flags, ...) {
  if ((flags & O_CREAT) == 0) return real_openat(directory, name, flags);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  const Verdict verdict = meet("openat", path_at(directory, name));
  const int made = verdict.error ? outcome(verdict, -1) : real_openat(directory, name, flags, mode);
  if (!verdict.hold_made.empty()) hold(verdict.hold_made);
  return made;
}

ssize_t read(int descriptor, void* bytes, size_t count) {
  static const auto next = real<ssize_t(int, void*, size_t)>("read");
  return outcome(meet("read", path_of(descriptor)), next(descriptor, bytes, count));
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  const Verdict verdict = meet("write", path_of(descriptor));
  return outcome(verdict, real_write(descriptor, bytes, std::min(count, verdict.most.value_or(count))));
}

int fsync(int descriptor) {
  static const auto next = real<int(int)>("fsync");
  const Verdict verdict = meet("fsync", path_of(descriptor));
  return outcome(verdict, next(descriptor));
}

int close(int descriptor) {
  const Verdict verdict = meet("close", path_of(descriptor));
  return outcome(verdict, real_close(descriptor));
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  static const auto next = real<int(int, const char*, int, const char*)>("renameat");
  const Verdict verdict = meet("renameat", path_at(to_directory, to));
  return verdict.error ? outcome(verdict, -1) : next(from_directory, from, to_directory, to);
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) noexcept {
  static const auto next = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
  Verdict verdict = meet("renameat2", path_at(to_directory, to));
  if (!verdict.error) verdict = meet("renameat", path_at(to_directory, to));
  return verdict.error ? outcome(verdict, -1) : next(from_directory, from, to_directory, to, flags);
}

int linkat(int from_directory, const char* from, int to_directory, const char* to, int flags) noexcept {
  static const auto next = real<int(int, const char*, int, const char*, int)>("linkat");
  const Verdict verdict = meet("linkat", path_at(to_directory, to));
  return verdict.error ? outcome(verdict, -1) : next(from_directory, from, to_directory, to, flags);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) noexcept {
  static const auto next = real<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  static std::atomic<int> count = 0;
  const Verdict verdict = meet("pthread_create", std::to_string(++count));
  return verdict.error ? *verdict.error : next(thread, attributes, run, argument);
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit* limit) noexcept {
  static const auto next = real<int(__rlimit_resource_t, const struct rlimit*)>("setrlimit");
  const std::string shown = std::to_string(resource) + "=" + std::to_string(limit->rlim_cur);
  return outcome(meet("setrlimit", shown), next(resource, limit));
}

int prctl(int option, ...) noexcept {
  static const auto next = real<int(int, unsigned long, unsigned long, unsigned long, unsigned long)>("prctl");
  va_list rest;
  va_start(rest, option);
  std::array<unsigned long, 4> arguments{};
  for (auto& argument : arguments) argument = va_arg(rest, unsigned long);
  va_end(rest);
  const std::string shown = std::to_string(option) + "=" + std::to_string(arguments[0]);
  return outcome(meet("prctl", shown), next(option, arguments[0], arguments[1], arguments[2], arguments[3]));
}

}  // extern "C"
