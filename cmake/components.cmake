# How a component of Sambung is made: a static or shared library sambung_<name>, used as sambung::<name>.

set(SAMBUNG_COMPONENTS "" CACHE INTERNAL "")
# Before 1.0 each minor version has binaries of its own: docs/reference/versioning.md.
set(sambung_soversion ${PROJECT_VERSION_MAJOR})
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(sambung_soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endif()

add_library(sambung_build_options INTERFACE)
target_compile_features(sambung_build_options INTERFACE cxx_std_20)
target_compile_options(sambung_build_options INTERFACE -Wall -Wextra -Wpedantic
  $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
if(SAMBUNG_WARNINGS_AS_ERRORS)
  target_compile_options(sambung_build_options INTERFACE -Werror)
endif()
# A program pays for the functions that it calls, whatever unit they are compiled in; with the data apart also not for
# what the tables of virtual functions beside those it uses lead to.
set(SAMBUNG_SECTIONS $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections> $<$<NOT:$<CONFIG:Debug>>:-fdata-sections>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of g++ 12: on Asio's coroutine frames, on "literal" + std::string, and, under sanitizers, in Beast and Asio.
  target_compile_options(sambung_build_options INTERFACE
    -Wno-mismatched-new-delete -Wno-restrict)
  if(SAMBUNG_UNITY)
    # To the compiler every file but the first of a unit is a header.
    target_compile_options(sambung_build_options INTERFACE -Wno-subobject-linkage)
  endif()
  if(SAMBUNG_SANITIZE)
    target_compile_options(sambung_build_options INTERFACE -Wno-error=maybe-uninitialized -Wno-error=tsan)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's stable_sort uses what it deprecates; clang says so at the caller. It also wants braces that a std::array
  # does not need.
  target_compile_options(sambung_build_options INTERFACE -Wno-error=deprecated-declarations -Wno-missing-braces)
endif()
if(SAMBUNG_SANITIZE)
  target_compile_options(sambung_build_options INTERFACE -fsanitize=${SAMBUNG_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(sambung_build_options INTERFACE -fsanitize=${SAMBUNG_SANITIZE})
endif()

# sambung_unit(<name> <root> <variable>): replaces the files of a list by one unit that includes them, relative to `root`:
# so it is the same text in every checkout, and ccache knows it there (CMake's own unity files hold absolute paths).
function(sambung_unit name root variable)
  set(text "")
  foreach(file IN LISTS ${variable})
    file(RELATIVE_PATH short "${root}" "${file}")
    string(APPEND text "#include \"${short}\"\n")
  endforeach()
  set(unit "${CMAKE_CURRENT_BINARY_DIR}/unity/${name}.cpp")
  file(CONFIGURE OUTPUT "${unit}" CONTENT "${text}" @ONLY)
  set(${variable} "${unit}" PARENT_SCOPE)
endfunction()

# sambung_component(<name> FOLDERS <rooms of src/> [FILES <files of src/, with *>]
#                   LINK <public libraries> PRIVATE <private libraries>)
function(sambung_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FOLDERS;FILES;LINK;PRIVATE")
  set(sources "")
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp")
    if(SAMBUNG_UNITY)
      sambung_unit("${folder}" "${PROJECT_SOURCE_DIR}/src" found)
    endif()
    list(APPEND sources ${found})
  endforeach()
  foreach(file IN LISTS arg_FILES)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${file}")
    list(APPEND sources ${found})
  endforeach()
  add_library(sambung_${name} ${sources})
  add_library(sambung::${name} ALIAS sambung_${name})
  set_target_properties(sambung_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION} SOVERSION ${sambung_soversion})
  # Nobody ships the test kit.
  if(NOT name STREQUAL "testing")
    set_target_properties(sambung_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
  if(SAMBUNG_PCH)
    target_precompile_headers(sambung_${name} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp")
  endif()
  target_compile_options(sambung_${name} PRIVATE ${SAMBUNG_SECTIONS})
  target_link_options(sambung_${name} INTERFACE $<$<AND:$<PLATFORM_ID:Linux>,$<NOT:$<CONFIG:Debug>>>:LINKER:--gc-sections>)
  target_compile_features(sambung_${name} PUBLIC cxx_std_20)
  target_include_directories(sambung_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(sambung_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:sambung_build_options>)
  set(SAMBUNG_COMPONENTS ${SAMBUNG_COMPONENTS} ${name} CACHE INTERNAL "")
endfunction()

# sambung::sambung: every component an application links; testing is asked for by name.
function(sambung_umbrella)
  add_library(sambung_sambung INTERFACE)
  add_library(sambung::sambung ALIAS sambung_sambung)
  set_target_properties(sambung_sambung PROPERTIES EXPORT_NAME sambung)
  foreach(name IN LISTS SAMBUNG_COMPONENTS)
    if(NOT name STREQUAL "testing")
      target_link_libraries(sambung_sambung INTERFACE sambung::${name})
    endif()
  endforeach()
endfunction()

function(sambung_install)
  include(CMakePackageConfigHelpers)
  set(targets sambung_sambung)
  foreach(name IN LISTS SAMBUNG_COMPONENTS)
    list(APPEND targets sambung_${name})
  endforeach()
  install(TARGETS ${targets} EXPORT sambung-targets)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT sambung-targets NAMESPACE sambung:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sambung)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/sambung-config.cmake.in
    ${PROJECT_BINARY_DIR}/sambung-config.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sambung)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/sambung-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/sambung-config.cmake ${PROJECT_BINARY_DIR}/sambung-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/sambung)
endfunction()
