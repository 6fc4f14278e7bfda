foreach(name commit_group display_width escape file_io glob input local_error log_file name_set output_file process_end rate_limit resumable_file sha256 shell_command signals similar stored_name target terminal time_zone tree units)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/pseudo_terminal.cpp"
                                     "${CMAKE_CURRENT_LIST_DIR}/temporary_directory.cpp")
