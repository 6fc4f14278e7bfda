# Targets for developers: format, check-format, tidy. Other versions of clang-format lay the code out otherwise.
find_program(GRIDFS_CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(GRIDFS_CLANG_TIDY NAMES clang-tidy-14 clang-tidy)
mark_as_advanced(GRIDFS_CLANG_FORMAT GRIDFS_CLANG_TIDY)

file(GLOB_RECURSE gridfs_sources CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/include/*.hpp" "${PROJECT_SOURCE_DIR}/src/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tests/*.[ch]pp"
     "${PROJECT_SOURCE_DIR}/examples/*.cpp")
if(GRIDFS_CLANG_FORMAT)
  add_custom_target(format COMMAND "${GRIDFS_CLANG_FORMAT}" -i ${gridfs_sources} VERBATIM)
  add_custom_target(check-format COMMAND "${GRIDFS_CLANG_FORMAT}" --dry-run --Werror ${gridfs_sources} VERBATIM)
endif()

# clang-tidy spends its time in the headers of libraries: a layer's sources are checked as one file, which takes a tenth
# of it. That file is never built; as part of a target it gets the layer's compiler options, of which clang does not know
# all.
set(gridfs_tidy "${GRIDFS_CLANG_TIDY}" --quiet -p "${PROJECT_BINARY_DIR}"
                "--config-file=${PROJECT_SOURCE_DIR}/.clang-tidy" --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-shadow)
function(gridfs_add_tidy layer)
  get_target_property(sources gridfs_${layer} SOURCES)
  list(FILTER sources EXCLUDE REGEX "^/")
  list(TRANSFORM sources REPLACE "(.+)"
       "#include \"${CMAKE_CURRENT_SOURCE_DIR}/\\1\"  // NOLINT(bugprone-suspicious-include)\n")
  list(JOIN sources "" sources)
  set(file "${PROJECT_BINARY_DIR}/tidy/${layer}.cpp")
  file(CONFIGURE OUTPUT "${file}" CONTENT "${sources}")
  add_library(tidy_${layer} OBJECT EXCLUDE_FROM_ALL "${file}")
  set_target_properties(tidy_${layer} PROPERTIES UNITY_BUILD OFF)
  target_include_directories(tidy_${layer} PRIVATE $<TARGET_PROPERTY:gridfs_${layer},INCLUDE_DIRECTORIES>)
  target_link_libraries(tidy_${layer} PRIVATE $<TARGET_PROPERTY:gridfs_${layer},LINK_LIBRARIES>)
  set_property(GLOBAL APPEND PROPERTY gridfs_tidy_files "${file}")
endfunction()
