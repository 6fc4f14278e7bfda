# What `cmake --install` puts where: program, library, headers, package config, man pages, completions.
include(CMakePackageConfigHelpers)

install(TARGETS gridfs_bucket EXPORT gridfs-targets)
install(DIRECTORY include/gridfs "${PROJECT_BINARY_DIR}/include/gridfs" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")

set(gridfs_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/gridfs")
install(EXPORT gridfs-targets NAMESPACE gridfs:: DESTINATION "${gridfs_package_dir}")
configure_package_config_file(cmake/gridfs-config.cmake.in "${PROJECT_BINARY_DIR}/gridfs-config.cmake"
                              INSTALL_DESTINATION "${gridfs_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/gridfs-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/gridfs-config.cmake" "${PROJECT_BINARY_DIR}/gridfs-config-version.cmake"
              cmake/GridfsLibmongoc.cmake DESTINATION "${gridfs_package_dir}")

if(GRIDFS_BUILD_PROGRAM)
  install(TARGETS gridfs)
  file(GLOB gridfs_man_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
  install(FILES ${gridfs_man_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
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
