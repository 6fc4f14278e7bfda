# What Debian's policy asks for beyond what is installed; cpack runs this before it packs the files of each component.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  # Two builds of one commit give the same packages.
  execute_process(COMMAND git -C "${CMAKE_CURRENT_LIST_DIR}" log -1 --format=%ct OUTPUT_VARIABLE date
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(date)
    set(ENV{SOURCE_DATE_EPOCH} "${date}")
  endif()
endif()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" upper)
  set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
  set(share "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share")
  set(doc "${share}/doc/${package}")
  if(component STREQUAL "development")
    file(RENAME "${share}/doc/gridfs" "${doc}")
  elseif(component STREQUAL "program")
    # Where Debian's zsh looks.
    file(RENAME "${share}/zsh/site-functions" "${share}/zsh/vendor-completions")
  endif()
  configure_file("${CMAKE_CURRENT_LIST_DIR}/copyright" "${doc}/copyright" COPYONLY)
  configure_file("${CMAKE_CURRENT_LIST_DIR}/changelog.in" "${doc}/changelog.Debian")
  configure_file("${CMAKE_CURRENT_LIST_DIR}/../../CHANGELOG.md" "${doc}/changelog" COPYONLY)
  if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/overrides.${component}")
    configure_file("${CMAKE_CURRENT_LIST_DIR}/overrides.${component}" "${share}/lintian/overrides/${package}")
  endif()
  file(GLOB pages "${share}/man/man1/*.1")
  execute_process(COMMAND gzip -9n ${pages} "${doc}/changelog" "${doc}/changelog.Debian" COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD_RECURSE "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share"
       FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
       DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
