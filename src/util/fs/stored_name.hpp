/// What a stored file's name may mean on this machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridfs::util {

/// Why a stored name must not be used as a local path, or nothing if it may: it is empty, absolute, ends in `/`, has an
/// empty, `.` or `..` component, a component that is too long, or holds NUL or control characters.
std::optional<std::string> unsafe_name_reason(std::string_view name);

/// The components between the slashes of a name that is safe.
std::vector<std::string> name_components(std::string_view name);

}  // namespace gridfs::util
