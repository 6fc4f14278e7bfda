# What `cmake --install` puts where: program, libraries, headers, CMake package, pkg-config file, man pages, completions.
# Each component is a package of its own (GridfsPackages).
include(CMakePackageConfigHelpers)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
install(TARGETS gridfs_bucket EXPORT gridfs-targets)
install(TARGETS gridfs_shared EXPORT gridfs-targets LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(DIRECTORY include/gridfs "${PROJECT_BINARY_DIR}/include/gridfs" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY examples DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(gridfs_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/gridfs")
install(EXPORT gridfs-targets NAMESPACE gridfs:: DESTINATION "${gridfs_package_dir}")
configure_package_config_file(cmake/gridfs-config.cmake.in "${PROJECT_BINARY_DIR}/gridfs-config.cmake"
                              INSTALL_DESTINATION "${gridfs_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/gridfs-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/gridfs-config.cmake" "${PROJECT_BINARY_DIR}/gridfs-config-version.cmake"
              cmake/GridfsLibmongoc.cmake DESTINATION "${gridfs_package_dir}")

set(gridfs_pc_libmongoc "libmongoc-1.0 >= 1.23")
if(mongoc_FOUND)
  set(gridfs_pc_libmongoc mongoc2)
endif()
foreach(directory LIBDIR INCLUDEDIR)
  file(RELATIVE_PATH gridfs_pc_${directory} "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_FULL_${directory}}")
endforeach()
configure_file(cmake/gridfs.pc.in "${PROJECT_BINARY_DIR}/gridfs.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/gridfs.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

if(GRIDFS_BUILD_PROGRAM)
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)
  install(TARGETS gridfs)
  # At the foot of each man page is the version.
  file(GLOB gridfs_man_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${gridfs_man_pages})
  foreach(page IN LISTS gridfs_man_pages)
    file(READ "${page}" text)
    string(REPLACE "\n.Os\n" "\n.Os gridfs ${PROJECT_VERSION}\n" text "${text}")
    get_filename_component(page "${page}" NAME)
    file(WRITE "${PROJECT_BINARY_DIR}/man/${page}" "${text}")
    install(FILES "${PROJECT_BINARY_DIR}/man/${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
  endforeach()
  # The program prints its own completions.
  set(gridfs_completions "${PROJECT_BINARY_DIR}/completions")
  file(MAKE_DIRECTORY "${gridfs_completions}")
  foreach(shell bash zsh fish)
    add_custom_command(TARGET gridfs POST_BUILD VERBATIM
                       COMMAND gridfs completion ${shell} > "${gridfs_completions}/${shell}")
  endforeach()
  install(FILES "${gridfs_completions}/bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME gridfs)
  install(FILES "${gridfs_completions}/zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" RENAME _gridfs)
  install(FILES "${gridfs_completions}/fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" RENAME gridfs.fish)
endif()
