#include "support/scripted_server/player.hpp"

#include <algorithm>

namespace gridfs::scripted {

namespace {

constexpr int not_writable_primary = 10107;
constexpr int not_primary_no_secondary_ok = 13435;
constexpr int write_concern_timeout = 64;

Bson error_reply(std::int64_t code, const std::string& message, const Bson& labels = {}) {
  Bson reply;
  reply.add("ok", 0.0).add("errmsg", std::string_view(message)).add("code", static_cast<std::int32_t>(code));
  if (!bson_empty(labels.get())) reply.add_array("errorLabels", labels);
  return reply;
}

Bson scripted_error(const Rule& rule) {
  return error_reply(rule.integer("code", 1), text_field(rule.options.get(), "message", "scripted error"),
                     document_field(rule.options.get(), "labels"));
}

// Servers put the label on for clients that have said, by a number, that they can try again.
Bson not_primary_reply(const Command& command, int code, const char* message) {
  static const std::string label = "RetryableWriteError";
  const bool can_retry = find_field(command.body.get(), "txnNumber").has_value();
  return error_reply(code, message, can_retry ? Bson::array_of({&label, 1}) : Bson());
}

std::string retry_key(const Command& command) {
  const auto number = find_field(command.body.get(), "txnNumber");
  return number ? sort_key(command.body.get(), "lsid.id") + sort_key(*number) : std::string();
}

Bson with_write_concern_error(const Bson& reply, const Rule& rule) {
  Bson error;
  error.add("code", static_cast<std::int32_t>(rule.integer("code", write_concern_timeout)));
  error.add("errmsg", std::string_view(text_field(rule.options.get(), "message", "waiting for replication timed out")));
  Bson result(reply.get());
  result.add("writeConcernError", error);
  const Bson labels = document_field(rule.options.get(), "labels");
  if (!bson_empty(labels.get())) result.add_array("errorLabels", labels);
  return result;
}

Bson with_reversed_batch(const Bson& reply) {
  Bson cursor;
  for_each_field(document_field(reply.get(), "cursor").get(), [&](const bson_iter_t& field) {
    const std::string name = bson_iter_key(&field);
    if (!name.ends_with("Batch")) {
      cursor.add(name.c_str(), field);
      return;
    }
    auto batch = documents_field(reply.get(), ("cursor." + name).c_str());
    std::reverse(batch.begin(), batch.end());
    cursor.add_array(name.c_str(), Bson::array_of(batch));
  });
  return Bson().add("cursor", cursor).add("ok", 1.0);
}

}  // namespace

std::size_t Player::nodes() const {
  const std::lock_guard lock(mutex_);
  return topology_.nodes();
}

std::string Player::set_hosts(std::vector<std::string> hosts) {
  const std::lock_guard lock(mutex_);
  topology_.set_hosts(std::move(hosts));
  return topology_.uri();
}

Answer Player::play(const Message& message, std::size_t node) {
  Lock lock(mutex_);
  const Command& command = message.command;
  ++counts_[command.name].received;
  const auto rule = script_.next(command);
  Answer answer =
      rule ? play_rule(lock, *rule, message, node) : Answer{encode_reply(message, execute(command, node).get())};
  if (!message.wants_reply) answer.bytes.clear();
  if (!answer.bytes.empty() && !answer.close) ++counts_[command.name].answered;
  return answer;
}

Answer Player::play_rule(Lock& lock, const Rule& rule, const Message& message, std::size_t node) {
  const Command& command = message.command;
  const auto whole = [&](const Bson& reply) { return Answer{encode_reply(message, reply.get())}; };
  switch (rule.action) {
    case Action::error:
      if (rule.when == When::after) execute(command, node);
      return whole(scripted_error(rule));
    case Action::write_error:
      return whole(play_write_error(rule, command));
    case Action::write_concern_error:
      return whole(with_write_concern_error(execute(command, node), rule));
    case Action::delay:
    case Action::hold: {
      if (rule.when == When::before) wait(lock, rule);
      const Bson reply = execute(command, node);
      if (rule.when == When::after) wait(lock, rule);
      return whole(reply);
    }
    case Action::close:
      return play_close(rule, message, node);
    case Action::no_reply:
      if (rule.when == When::after) execute(command, node);
      return {};
    case Action::oversized_reply: {
      Answer answer = whole(execute(command, node));
      const auto length = std::max<std::int64_t>(rule.integer("bytes", 64 << 20), std::ssize(answer.bytes));
      claim_length(answer.bytes, static_cast<std::int32_t>(length));
      answer.padding = static_cast<std::size_t>(length) - answer.bytes.size();
      return answer;
    }
    case Action::reverse_batch:
      return whole(with_reversed_batch(execute(command, node)));
    case Action::empty_batch:
      return whole(store_.run_without_batch(command));
    case Action::count:
      if (rule.when == When::after) execute(command, node);
      return whole(Bson().add("n", static_cast<std::int32_t>(rule.integer("n", 0))).add("ok", 1.0));
    case Action::drop_cursors:
      store_.drop_cursors();
      return whole(execute(command, node));
    case Action::step_down:
      topology_.step_down(rule.milliseconds(300));
      return whole(not_primary_reply(command, not_writable_primary, "not primary"));
  }
  return {};
}

Answer Player::play_close(const Rule& rule, const Message& message, std::size_t node) {
  Answer answer;
  answer.close = true;
  answer.reset = true_field(rule.options.get(), "reset", false);
  if (rule.when == When::before) return answer;
  const Bson reply = execute(message.command, node);
  if (rule.when == When::in_reply) {
    answer.bytes = encode_reply(message, reply.get());
    const std::int64_t whole = std::ssize(answer.bytes);
    answer.bytes.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(rule.integer("bytes", whole / 2), 0, whole)));
  }
  return answer;
}

Bson Player::play_write_error(const Rule& rule, const Command& command) {
  const std::int64_t index = rule.integer("index", 0);
  if (command.name == "insert") store_.insert_first(command, static_cast<std::size_t>(index));
  Bson error;
  error.add("index", static_cast<std::int32_t>(index));
  error.add("code", static_cast<std::int32_t>(rule.integer("code", 1)));
  error.add("errmsg", std::string_view(text_field(rule.options.get(), "message", "scripted write error")));
  Bson reply;
  reply.add("n", static_cast<std::int32_t>(index)).add_array("writeErrors", Bson::array_of({&error, 1}));
  return reply.add("ok", 1.0);
}

Bson Player::execute(const Command& command, std::size_t node) {
  if (command.is_hello()) return topology_.hello(node);
  if (!topology_.is_primary(node)) {
    if (command.writes()) return not_primary_reply(command, not_writable_primary, "not primary");
    const bool primary_wanted = text_field(command.body.get(), "$readPreference.mode", "primary") == "primary";
    if (command.reads() && primary_wanted) {
      return not_primary_reply(command, not_primary_no_secondary_ok, "not primary and secondaryOk=false");
    }
    if (command.reads() && topology_.secondary_lags()) return execute_on(empty_, command);
  }
  const std::string key = retry_key(command);
  if (key.empty()) return execute_on(store_, command);
  const auto done = done_.find(key);
  return done != done_.end() ? done->second : done_.emplace(key, execute_on(store_, command)).first->second;
}

Bson Player::execute_on(Store& store, const Command& command) {
  try {
    return store.run(command);
  } catch (const CommandError& error) {
    return error_reply(error.code(), error.what());
  }
}

void Player::wait(Lock& lock, const Rule& rule) {
  if (rule.action == Action::hold) {
    waiting_.wait(lock, [this] { return stopping_ || released_; });
  } else {
    waiting_.wait_for(lock, rule.milliseconds(0), [this] { return stopping_; });
  }
}

void Player::release() {
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  waiting_.notify_all();
}

void Player::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  waiting_.notify_all();
}

void Player::add_rules(const Bson& rules) {
  const std::lock_guard lock(mutex_);
  script_.add(rules);
}

void Player::clear_rules() {
  const std::lock_guard lock(mutex_);
  script_.clear();
}

std::map<std::string, Count> Player::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::vector<Bson> Player::all(const std::string& full_name) const {
  const std::lock_guard lock(mutex_);
  return store_.all(full_name);
}

}  // namespace gridfs::scripted
