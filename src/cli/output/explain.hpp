/// What is wrong, and what helps.
#pragma once

#include <exception>
#include <string>

#include "cli/context.hpp"

namespace gridfs::cli {

/// The message of an error, with what the user needs to mend it: the bucket that was searched, where the connection
/// string comes from, the option to use. Where an `_id` is not found it may ask the server for a file of that name.
/// @param operand  that it is about; may be empty
std::string explain(const std::exception& error, const std::string& operand, Context& context);

}  // namespace gridfs::cli
