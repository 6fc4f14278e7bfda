# How everything of ours is compiled. `gridfs_settings` is linked privately: nothing of it reaches a user of the library.
add_library(gridfs_settings INTERFACE)

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(gridfs_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                                                   -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
                                                   # bson_t is over-aligned, which a template argument cannot say
                                                   -Wno-ignored-attributes)
  if(GRIDFS_WARNINGS_AS_ERRORS)
    target_compile_options(gridfs_settings INTERFACE -Werror)
  endif()
  if(GRIDFS_SANITIZE)
    add_compile_options(-fsanitize=${GRIDFS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${GRIDFS_SANITIZE})
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
    add_compile_definitions(_FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
    add_link_options(LINKER:-z,relro,-z,now)
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES CXX)
  endif()
endif()

find_program(GRIDFS_CCACHE ccache)
mark_as_advanced(GRIDFS_CCACHE)
if(GRIDFS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${GRIDFS_CCACHE}")
endif()
