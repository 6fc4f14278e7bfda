foreach(name value document file_info redact_uri chunk_layout)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
