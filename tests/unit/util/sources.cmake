foreach(name directory_syncs duration end_action escape glob input local_error name_set output_file resumable_file sha256 shell_command shell_quote signals size stored_name target terminal tree)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/pseudo_terminal.cpp"
                                     "${CMAKE_CURRENT_LIST_DIR}/temporary_directory.cpp")
