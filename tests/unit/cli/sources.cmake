foreach(name checksum exit_code file_filter file_text id_text name_pattern operands option_values options_given path_conflicts)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
