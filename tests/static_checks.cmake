# What is held to a form without being run.
if(GRIDFS_CLANG_FORMAT)
  add_test(NAME check_format COMMAND "${GRIDFS_CLANG_FORMAT}" --dry-run --Werror ${gridfs_sources})
  set_tests_properties(check_format PROPERTIES LABELS once)
endif()

find_program(GRIDFS_SHELLCHECK shellcheck)
mark_as_advanced(GRIDFS_SHELLCHECK)
if(GRIDFS_SHELLCHECK)
  add_test(NAME check_scripts WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${GRIDFS_SHELLCHECK}" --check-sourced scripts/devserver scripts/quickstart scripts/test tests/tools/build
                                        tests/faults/campaign bench/tools/prepare .ci/run)
  set_tests_properties(check_scripts PROPERTIES LABELS once)
endif()
