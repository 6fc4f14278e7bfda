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
  install(FILES completions/gridfs.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME gridfs)
  install(FILES completions/_gridfs DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
  install(FILES completions/gridfs.fish DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
endif()
