#include "support/scripted_server/script.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace gridfs::scripted {

namespace {

template <typename T>
T named(const std::map<std::string, T>& names, const std::string& name, const char* what) {
  const auto found = names.find(name);
  if (found == names.end()) throw std::invalid_argument(std::string(what) + " must not be '" + name + "'");
  return found->second;
}

Action parse_action(const std::string& name) {
  static const std::map<std::string, Action> names{
      {"error", Action::error},
      {"write_error", Action::write_error},
      {"write_concern_error", Action::write_concern_error},
      {"delay", Action::delay},
      {"hold", Action::hold},
      {"close", Action::close},
      {"no_reply", Action::no_reply},
      {"oversized_reply", Action::oversized_reply},
      {"reverse_batch", Action::reverse_batch},
      {"empty_batch", Action::empty_batch},
      {"count", Action::count},
      {"drop_cursors", Action::drop_cursors},
      {"step_down", Action::step_down},
  };
  return named(names, name, "do");
}

When parse_when(const std::string& name) {
  static const std::map<std::string, When> names{
      {"before", When::before}, {"after", When::after}, {"in_reply", When::in_reply}};
  return named(names, name, "when");
}

void check_keys(const Bson& rule) {
  static const std::set<std::string> known{"on", "collection", "nth",   "times",        "do",    "when",  "code",
                                           "n",  "message",    "index", "milliseconds", "bytes", "reset", "labels"};
  for_each_field(rule.get(), [](const bson_iter_t& field) {
    const std::string name = bson_iter_key(&field);
    if (!known.contains(name)) throw std::invalid_argument("a rule has no field '" + name + "'");
  });
}

bool meets(const Rule& rule, const Command& command) {
  if (rule.on == "*" ? command.is_hello() : rule.on != command.name) return false;
  if (rule.collection.empty()) return true;
  const std::string full = "." + command.full_name();
  return full.ends_with("." + rule.collection);
}

}  // namespace

Rule Rule::parse(const Bson& rule) {
  check_keys(rule);
  Rule result;
  const bson_t* document = rule.get();
  result.on = text_field(document, "on", "");
  if (result.on.empty()) throw std::invalid_argument("a rule must say 'on' which command");
  result.collection = text_field(document, "collection", "");
  const bool every = text_field(document, "nth", "") == "every";
  result.nth = every ? 1 : integer_field(document, "nth", 1);
  result.times = integer_field(document, "times", every ? 0 : 1);
  if (result.nth < 1 || result.times < 0) throw std::invalid_argument("nth is from 1, times from 0");
  result.action = parse_action(text_field(document, "do", ""));
  result.when = parse_when(text_field(document, "when", "before"));
  result.options = rule;
  return result;
}

void Script::add(const Bson& rules) {
  std::vector<Rule> added;
  if (find_field(rules.get(), "on")) {
    added.push_back(Rule::parse(rules));
  } else {
    for_each_field(rules.get(),
                   [&](const bson_iter_t& element) { added.push_back(Rule::parse(document_of(element))); });
  }
  rules_.insert(rules_.end(), added.begin(), added.end());
}

std::optional<Rule> Script::next(const Command& command) {
  std::optional<Rule> turn;
  for (Rule& rule : rules_) {
    if (!meets(rule, command)) continue;
    ++rule.seen;
    const bool has_turn = rule.seen >= rule.nth && (rule.times == 0 || rule.seen < rule.nth + rule.times);
    if (has_turn && !turn) turn = rule;
  }
  return turn;
}

}  // namespace gridfs::scripted
