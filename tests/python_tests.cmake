# Each tests/*/test_*.py is a test of its own, with Debian's Python and packages: pytest, pymongo, gridfs.
find_program(GRIDFS_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
mark_as_advanced(GRIDFS_PYTHON)
if(NOT GRIDFS_PYTHON)
  message(FATAL_ERROR "the tests need the system's Python (Debian: python3-pytest python3-pymongo python3-gridfs)")
endif()

file(GLOB gridfs_python_tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/test_*.py")
foreach(file IN LISTS gridfs_python_tests)
  get_filename_component(suite "${file}" DIRECTORY)
  get_filename_component(suite "${suite}" NAME)
  get_filename_component(name "${file}" NAME_WE)
  string(REGEX REPLACE "^test_" "" name "${name}")
  add_test(NAME ${suite}.${name} COMMAND "${GRIDFS_PYTHON}" -m pytest -p no:cacheprovider -q "${file}")
  set_tests_properties(${suite}.${name} PROPERTIES ENVIRONMENT
    "GRIDFS_PROGRAM=$<TARGET_FILE:gridfs>;GRIDFS_BUILD_DIR=${PROJECT_BINARY_DIR};GRIDFS_SANITIZE=${GRIDFS_SANITIZE};PYTHONDONTWRITEBYTECODE=1"
    TIMEOUT 600)
  if(suite MATCHES "^(install|docs)$")
    set_tests_properties(${suite}.${name} PROPERTIES LABELS once)
  endif()
endforeach()
