/// What an exception kept for later is.
#pragma once

#include <exception>
#include <string>

namespace gridfs::test {

inline std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  }
}

template <typename Type>
bool is(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const Type&) {
    return true;
  } catch (...) {
    return false;
  }
  return false;
}

}  // namespace gridfs::test
