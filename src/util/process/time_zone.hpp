/// The time zone of this process.
#pragma once

#include <chrono>
#include <string>

namespace gridfs::util {

/// Makes it the zone of that name in the system's time zone database, such as `Europe/Berlin`. Only while no other
/// thread reads the environment.
/// @throws std::invalid_argument  there is none of that name
void set_time_zone(const std::string& name);

/// How far its clocks are ahead of UTC at a moment.
std::chrono::seconds utc_offset(std::chrono::sys_seconds time);

}  // namespace gridfs::util
