foreach(name attributes checksum content_type extra_files file_filter file_text freshness id_text path_conflicts retention sync_plan)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
