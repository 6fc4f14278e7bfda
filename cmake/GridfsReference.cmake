# The target `reference`: build/*/reference/html, by Doxygen. A comment that does not fit its declaration is an error.
find_program(GRIDFS_DOXYGEN doxygen)
mark_as_advanced(GRIDFS_DOXYGEN)
if(GRIDFS_DOXYGEN)
  configure_file("${PROJECT_SOURCE_DIR}/docs/Doxyfile.in" "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY)
  add_custom_target(reference COMMAND "${GRIDFS_DOXYGEN}" "${PROJECT_BINARY_DIR}/Doxyfile" VERBATIM)
endif()
