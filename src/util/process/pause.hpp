/// Waiting that a stop token ends.
#pragma once

#include <chrono>
#include <stop_token>

namespace gridfs::util {

/// @return  false as soon as the token is triggered, true if the time is over first
bool pause(std::chrono::steady_clock::duration time, const std::stop_token& until);

}  // namespace gridfs::util
