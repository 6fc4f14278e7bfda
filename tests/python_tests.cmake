# Each test_*.py is a test of its own, with Debian's Python and packages: pytest, pymongo, gridfs.
find_program(GRIDFS_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
mark_as_advanced(GRIDFS_PYTHON)
if(NOT GRIDFS_PYTHON)
  message(FATAL_ERROR "the tests need the system's Python (Debian: python3-pytest python3-pymongo python3-gridfs python3-snappy python3-zstandard)")
endif()

file(GLOB gridfs_python_tests CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
     "${CMAKE_CURRENT_SOURCE_DIR}/*/test_*.py" "${PROJECT_SOURCE_DIR}/bench/tests/test_*.py")
# That of the packages is for `scripts/test --package`, which makes them.
list(FILTER gridfs_python_tests EXCLUDE REGEX "^tests/package/")
# The files of such a folder are one test, for they share what takes long to start.
list(APPEND gridfs_python_tests tests/mongodb/replica_set)
foreach(file IN LISTS gridfs_python_tests)
  # tests/cli/test_put.py is cli.put, bench/tests/test_goals.py is bench.goals
  string(REGEX REPLACE "^(tests/)?([a-z]+)/(tests/)?(test_)?([a-z_]+)(\\.py)?$" "\\2.\\5" name "${file}")
  add_test(NAME ${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${GRIDFS_PYTHON}" -m pytest -p no:cacheprovider -q "${file}")
  set(environment "GRIDFS_PROGRAM=$<TARGET_FILE:gridfs>" "GRIDFS_BUILD_DIR=${PROJECT_BINARY_DIR}"
      "GRIDFS_SANITIZE=${GRIDFS_SANITIZE}" PYTHONDONTWRITEBYTECODE=1)
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}" TIMEOUT 1200)
  # The sanitizers meet errors and lost primaries in the tests of faults; of what is killed they learn nothing. The shells
  # are answered within a second or not at all, which is too short for a sanitizer. What goes on around the bucket does not
  # depend on the server.
  if(name MATCHES "^(bench|docs|install|layers)\\.|^(cli\\.completion_values|faults\\.kill|mongodb\\.(errors|replica_set))$")
    set_tests_properties(${name} PROPERTIES LABELS once)
  elseif(name MATCHES "^(cli|interop)\\."
         AND NOT name MATCHES "\\.(bwlimit|config|connection|connection_options|global_options|log|output|progress|put_command|signals|terminal|tls|usage)$")
    set_tests_properties(${name} PROPERTIES LABELS ferretdb)
  else()
    set_tests_properties(${name} PROPERTIES LABELS sanitized)
  endif()
  # What takes a minute and more begins first, so that no processor waits for it in the end.
  if(name MATCHES "^(mongodb\\.replica_set|faults\\.(signals|put_lost_connection))$")
    set_tests_properties(${name} PROPERTIES COST 200)
  elseif(name MATCHES "^(cli\\.(connection|progress|signals|tls)|faults\\.(campaign|get_lost_connection|time_limit|tls)|mongodb\\.errors)$")
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endforeach()

# The whole benchmark on small data: that it works, not what it finds.
add_test(NAME bench.quick COMMAND "${PROJECT_SOURCE_DIR}/bench/run" --quick --program $<TARGET_FILE:gridfs>)
set_tests_properties(bench.quick PROPERTIES LABELS once COST 100 TIMEOUT 300)
