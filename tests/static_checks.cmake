# What is held to a form without being run.
if(GRIDFS_CLANG_FORMAT)
  add_test(NAME check_format COMMAND "${GRIDFS_CLANG_FORMAT}" --dry-run --Werror ${gridfs_sources})
  set_tests_properties(check_format PROPERTIES LABELS once)
endif()

if(NOT GRIDFS_CLANG_TIDY)
  set(gridfs_tidy_files)
endif()
foreach(file IN LISTS gridfs_tidy_files)
  get_filename_component(layer "${file}" NAME_WE)
  add_test(NAME tidy_${layer} COMMAND ${gridfs_tidy} "${file}")
  set_tests_properties(tidy_${layer} PROPERTIES LABELS once COST 60)
endforeach()

find_program(GRIDFS_SHELLCHECK shellcheck)
mark_as_advanced(GRIDFS_SHELLCHECK)
if(GRIDFS_SHELLCHECK)
  add_test(NAME check_scripts WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${GRIDFS_SHELLCHECK}" --check-sourced scripts/devserver scripts/quickstart scripts/test tests/tools/build
                                        tests/faults/campaign tests/package/on_bare_debian bench/tools/prepare .ci/run)
  set_tests_properties(check_scripts PROPERTIES LABELS once)
endif()

if(GRIDFS_DOXYGEN)
  add_test(NAME reference COMMAND "${GRIDFS_DOXYGEN}" "${PROJECT_BINARY_DIR}/Doxyfile")
  set_tests_properties(reference PROPERTIES LABELS once)
endif()
