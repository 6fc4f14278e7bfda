#include "support/scripted_server/query.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gridfs::scripted {

namespace {

constexpr int bad_value = 2;

bool is_operators(const Bson& condition) {
  bson_iter_t iter;
  return bson_iter_init(&iter, condition.get()) && bson_iter_next(&iter) && bson_iter_key(&iter)[0] == '$';
}

bool in_list(const std::string& key, const bson_iter_t& list) {
  bool found = false;
  for_each_field(document_of(list).get(), [&](const bson_iter_t& element) { found |= sort_key(element) == key; });
  return found;
}

// `{$mod: [divisor, remainder]}`
bool has_remainder(const bson_t* document, const char* path, const bson_iter_t& condition) {
  const auto field = find_field(document, path);
  std::vector<std::int64_t> numbers;
  for_each_field(document_of(condition).get(),
                 [&](const bson_iter_t& number) { numbers.push_back(bson_iter_as_int64(&number)); });
  if (numbers.size() != 2 || numbers[0] == 0) throw CommandError(bad_value, "$mod takes a divisor and a remainder");
  return field && BSON_ITER_HOLDS_NUMBER(&*field) && bson_iter_as_int64(&*field) % numbers[0] == numbers[1];
}

bool satisfies_all(const bson_t* document, const char* path, const Bson& conditions);

bool satisfies(const bson_t* document, const char* path, const bson_iter_t& condition) {
  const std::string name = bson_iter_key(&condition);
  if (name == "$not") return !satisfies_all(document, path, document_of(condition));
  const std::string key = sort_key(document, path);
  if (name == "$in") return in_list(key, condition);
  if (name == "$mod") return has_remainder(document, path, condition);
  if (name == "$exists") return find_field(document, path).has_value() == bson_iter_as_bool(&condition);
  const std::string operand = sort_key(condition);
  if (name == "$eq") return key == operand;
  if (name == "$ne") return key != operand;
  const bool same_type = key.front() == operand.front();
  if (name == "$gt") return same_type && key > operand;
  if (name == "$gte") return same_type && key >= operand;
  if (name == "$lt") return same_type && key < operand;
  if (name == "$lte") return same_type && key <= operand;
  throw CommandError(bad_value, "the scripted server does not know the operator " + name);
}

bool satisfies_all(const bson_t* document, const char* path, const Bson& conditions) {
  bool all = true;
  for_each_field(conditions.get(), [&](const bson_iter_t& part) { all &= satisfies(document, path, part); });
  return all;
}

bool field_matches(const bson_t* document, const bson_iter_t& wanted) {
  const char* path = bson_iter_key(&wanted);
  if (BSON_ITER_HOLDS_DOCUMENT(&wanted)) {
    const Bson condition = document_of(wanted);
    if (is_operators(condition)) return satisfies_all(document, path, condition);
  }
  return sort_key(document, path) == sort_key(wanted);
}

bool any_of_list(const bson_t* document, const bson_iter_t& list) {
  bool any = false;
  for_each_field(document_of(list).get(),
                 [&](const bson_iter_t& part) { any |= matches(document, document_of(part).get()); });
  return any;
}

bool all_of_list(const bson_t* document, const bson_iter_t& list) {
  bool all = true;
  for_each_field(document_of(list).get(),
                 [&](const bson_iter_t& part) { all &= matches(document, document_of(part).get()); });
  return all;
}

}  // namespace

bool matches(const bson_t* document, const bson_t* filter) {
  bool all = true;
  for_each_field(filter, [&](const bson_iter_t& wanted) {
    const std::string name = bson_iter_key(&wanted);
    if (name == "$and") {
      all &= all_of_list(document, wanted);
    } else if (name == "$or") {
      all &= any_of_list(document, wanted);
    } else if (name.starts_with('$')) {
      throw CommandError(bad_value, "the scripted server does not know the operator " + name);
    } else {
      all &= field_matches(document, wanted);
    }
  });
  return all;
}

bool sorts_before(const bson_t* left, const bson_t* right, const bson_t* sort) {
  int order = 0;
  for_each_field(sort, [&](const bson_iter_t& field) {
    if (order != 0) return;
    order = sort_key(left, bson_iter_key(&field)).compare(sort_key(right, bson_iter_key(&field)));
    if (bson_iter_as_int64(&field) < 0) order = -order;
  });
  return order < 0;
}

Bson project(const Bson& document, const bson_t* projection) {
  if (bson_empty(projection)) return document;
  bool including = false;
  for_each_field(projection, [&](const bson_iter_t& field) {
    including |= bson_iter_as_bool(&field) && std::string_view(bson_iter_key(&field)) != "_id";
  });
  const bool only_id = !including && true_field(projection, "_id", false);
  Bson result;
  for_each_field(document.get(), [&](const bson_iter_t& field) {
    const char* name = bson_iter_key(&field);
    const bool otherwise = std::string_view(name) == "_id" || !(including || only_id);
    if (true_field(projection, name, otherwise)) result.add(name, field);
  });
  return result;
}

Bson updated(const Bson& document, const bson_t* update) {
  for_each_field(update, [](const bson_iter_t& field) {
    const std::string name = bson_iter_key(&field);
    if (name != "$set" && name != "$unset") {
      throw CommandError(bad_value, "the scripted server does not know the update " + name);
    }
    for_each_field(document_of(field).get(), [](const bson_iter_t& part) {
      if (std::string_view(bson_iter_key(&part)).find('.') != std::string_view::npos) {
        throw CommandError(bad_value, "the scripted server updates top-level fields alone");
      }
    });
  });
  const Bson set = document_field(update, "$set");
  const Bson unset = document_field(update, "$unset");
  Bson result;
  for_each_field(document.get(), [&](const bson_iter_t& field) {
    const char* name = bson_iter_key(&field);
    if (find_field(unset.get(), name)) return;
    result.add(name, find_field(set.get(), name).value_or(field));
  });
  for_each_field(set.get(), [&](const bson_iter_t& field) {
    if (!find_field(document.get(), bson_iter_key(&field))) result.add(bson_iter_key(&field), field);
  });
  return result;
}

}  // namespace gridfs::scripted
