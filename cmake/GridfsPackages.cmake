# The target `package`: Debian packages of the program, of the shared library, and of what a developer needs. They are
# made from the preset `package`, for Debian's directories are those of the prefix /usr.
set(GRIDFS_MAINTAINER "The gridfs maintainers <gridfs@example.org>" CACHE STRING "Who answers for the packages: NAME <ADDRESS>")

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/debian/finish.cmake")
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0upstream1)  # a package of Debian's own is newer
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${GRIDFS_MAINTAINER}")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME gridfs)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS media-types)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
"command-line tool for files in MongoDB's GridFS
gridfs stores, fetches, lists, checks and removes files in GridFS, MongoDB's
specification for files of any size in a database. It is made for scripts and
cron jobs: a file appears only when it is complete and acknowledged, and each
kind of failure has an exit status of its own.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libgridfs${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/cmake/debian/triggers")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION
"C++ library for files in MongoDB's GridFS
The library stores, fetches, lists, checks and removes files in GridFS,
MongoDB's specification for files of any size in a database.
.
This package holds the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgridfs-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libmongoc-dev, libssl-dev")
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
"C++ library for files in MongoDB's GridFS (development files)
The library stores, fetches, lists, checks and removes files in GridFS,
MongoDB's specification for files of any size in a database.
.
This package holds the headers, the static library, the files for CMake and
pkg-config, and examples.")

include(CPack)
