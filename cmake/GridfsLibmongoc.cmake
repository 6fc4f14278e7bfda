# gridfs_libmongoc is whatever libmongoc is there: 2.x calls its package and targets otherwise than 1.x does. The
# installed package config reads this file too, so it leaves what to do without libmongoc to its caller.
find_package(Threads QUIET)
find_package(OpenSSL QUIET)
find_package(mongoc 2.0 QUIET CONFIG)
if(NOT mongoc_FOUND)
  find_package(mongoc-1.0 1.23 QUIET CONFIG)
endif()

foreach(gridfs_candidate mongoc::mongoc mongo::mongoc_shared mongo::mongoc_static)
  if(TARGET ${gridfs_candidate} AND NOT TARGET gridfs_libmongoc)
    add_library(gridfs_libmongoc INTERFACE IMPORTED)
    target_link_libraries(gridfs_libmongoc INTERFACE ${gridfs_candidate})
  endif()
endforeach()
