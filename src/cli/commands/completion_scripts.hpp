/// The files of completions/, within the program.
#pragma once

namespace gridfs::cli {

extern const char* const bash_completion_script;
extern const char* const zsh_completion_script;
extern const char* const fish_completion_script;

}  // namespace gridfs::cli
