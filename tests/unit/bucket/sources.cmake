foreach(name check_tally value value_json document file_info redact_uri chunk_batch chunk_layout names client_uri upload_date unfinished_writes
             waits)
  list(APPEND GRIDFS_UNIT_TEST_SOURCES "${CMAKE_CURRENT_LIST_DIR}/${name}_test.cpp")
endforeach()
