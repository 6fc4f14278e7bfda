# Targets for developers: format, check-format, tidy. Other versions of clang-format lay the code out otherwise.
find_program(GRIDFS_CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(GRIDFS_RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
mark_as_advanced(GRIDFS_CLANG_FORMAT GRIDFS_RUN_CLANG_TIDY)

file(GLOB_RECURSE gridfs_sources CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/include/*.hpp" "${PROJECT_SOURCE_DIR}/src/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tests/*.[ch]pp")
if(GRIDFS_CLANG_FORMAT)
  add_custom_target(format COMMAND "${GRIDFS_CLANG_FORMAT}" -i ${gridfs_sources} VERBATIM)
  add_custom_target(check-format COMMAND "${GRIDFS_CLANG_FORMAT}" --dry-run --Werror ${gridfs_sources} VERBATIM)
endif()
if(GRIDFS_RUN_CLANG_TIDY)
  # Of the compiler's warning options clang does not know all.
  add_custom_target(tidy COMMAND "${GRIDFS_RUN_CLANG_TIDY}" -quiet -extra-arg=-Wno-unknown-warning-option
                                 -p "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}/src/.*"
                    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" VERBATIM)
endif()
