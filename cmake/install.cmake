# What is installed: libraries and headers, and the two ways to find them, find_package(sambung) and pkg-config.

function(sambung_install)
  include(CMakePackageConfigHelpers)
  set(cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sambung)
  set(written ${PROJECT_BINARY_DIR}/package)
  set(table "")
  foreach(name IN LISTS SAMBUNG_COMPONENTS)
    install(TARGETS sambung_${name} EXPORT sambung-${name}
      LIBRARY COMPONENT sambung_runtime NAMELINK_COMPONENT sambung_development
      ARCHIVE COMPONENT sambung_development)
    install(EXPORT sambung-${name} NAMESPACE sambung:: DESTINATION ${cmake_folder} COMPONENT sambung_development)
    sambung_needs_of(${name} linked found)
    list(JOIN found " " found)
    string(APPEND table "set(sambung_${name}_needs ${found})\n")
    sambung_pkgconfig(sambung_${name} "-lsambung_${name}" ${linked})
  endforeach()
  set(every ${SAMBUNG_COMPONENTS})
  list(REMOVE_ITEM every testing)
  list(TRANSFORM every PREPEND sambung::)
  sambung_pkgconfig(sambung "" ${every})

  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/sambung-config.cmake.in ${written}/sambung-config.cmake
    INSTALL_DESTINATION ${cmake_folder} NO_SET_AND_CHECK_MACRO)
  write_basic_package_version_file(${written}/sambung-config-version.cmake COMPATIBILITY SameMinorVersion)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/libraries.cmake ${written}/sambung-libraries.cmake COPYONLY)
  install(DIRECTORY ${written}/ DESTINATION ${cmake_folder} COMPONENT sambung_development FILES_MATCHING PATTERN "*.cmake")
  install(DIRECTORY ${written}/ DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sambung_development
    FILES_MATCHING PATTERN "*.pc")
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sambung_development
    FILES_MATCHING PATTERN "*.hpp")
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT sambung_runtime)
endfunction()

# sambung_needs_of(<component> <linked> <found>): what somebody links beside the component, and what CMake has to find for
# that. A shared library brings what is private to it; only the components among that must be found, for the linker looks
# into them.
function(sambung_needs_of name linked found)
  get_target_property(type sambung_${name} TYPE)
  get_target_property(public sambung_${name} SAMBUNG_PUBLIC)
  get_target_property(private sambung_${name} SAMBUNG_PRIVATE)
  if(type STREQUAL "SHARED_LIBRARY")
    list(FILTER private INCLUDE REGEX "^sambung::")
    set(${linked} ${public} PARENT_SCOPE)
  else()
    set(${linked} ${public} ${private} PARENT_SCOPE)
  endif()
  set(${found} ${public} ${private} PARENT_SCOPE)
endfunction()

# sambung_pkgconfig(<name> <library> <needs>...): writes <name>.pc, which finds what is installed from where it lies. What a
# static library needs is there for everybody, not for --static alone: in its prefix there is no other.
function(sambung_pkgconfig name library)
  file(RELATIVE_PATH prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  file(RELATIVE_PATH libdir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
  file(RELATIVE_PATH includedir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  set(modules "")
  set(flags ${library})
  foreach(need IN LISTS ARGN)
    if(need MATCHES "^sambung::(.+)")
      list(APPEND modules sambung_${CMAKE_MATCH_1})
    else()
      list(APPEND modules ${sambung_${need}_MODULES})
      list(APPEND flags ${sambung_${need}_FLAGS})
    endif()
  endforeach()
  list(JOIN modules ", " modules)
  list(JOIN flags " " flags)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/component.pc.in ${PROJECT_BINARY_DIR}/package/${name}.pc @ONLY)
endfunction()
