foreach(name columns config_file exit_code help mongofiles name_pattern option_values options_given progress progress_line report usage_message)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
