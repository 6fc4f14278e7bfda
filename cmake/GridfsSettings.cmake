# How everything of ours is compiled. `gridfs_settings` is linked privately: nothing of it reaches a user of the library.
add_library(gridfs_settings INTERFACE)

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(gridfs_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                                                   -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
                                                   # bson_t is over-aligned, which a template argument cannot say
                                                   -Wno-ignored-attributes
                                                   $<$<CXX_COMPILER_ID:Clang>:-Wno-align-mismatch>
                                                   # GCC 12 sees overlaps in `"text" + std::string()` that are not there
                                                   $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  if(GRIDFS_WARNINGS_AS_ERRORS)
    target_compile_options(gridfs_settings INTERFACE -Werror)
  endif()
endif()

# For targets of many files: they read the standard library, and the headers that are named, once. The preset dev goes
# without, so that each file is seen to include what it uses.
function(gridfs_precompile_standard_library target)
  target_precompile_headers(${target} PRIVATE ${ARGN}
    <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <exception> <filesystem> <functional> <map>
    <memory> <mutex> <optional> <set> <span> <sstream> <stop_token> <string> <string_view> <system_error> <thread>
    <utility> <vector>)
endfunction()

if(GRIDFS_SANITIZE)
  add_compile_options(-fsanitize=${GRIDFS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GRIDFS_SANITIZE})
  # Clang's stack frames for detect_stack_use_after_return are not as aligned as bson_t asks for.
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=alignment>)
endif()

if(GRIDFS_HARDEN)
  include(CheckCXXCompilerFlag)
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER "GRIDFS_HAS${flag}" has_flag)
    check_cxx_compiler_flag(${flag} ${has_flag})
    if(${has_flag})
      add_compile_options(${flag})
    endif()
  endforeach()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
  add_link_options(LINKER:-z,relro,-z,now)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
endif()

find_program(GRIDFS_CCACHE ccache)
mark_as_advanced(GRIDFS_CCACHE)
if(GRIDFS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${GRIDFS_CCACHE}")
endif()
