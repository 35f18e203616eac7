# How a component of Sambung is made: a static or shared library sambung_<name>, used as sambung::<name>.

set(SAMBUNG_COMPONENTS "")
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
set(SAMBUNG_USED_SECTIONS $<$<AND:$<PLATFORM_ID:Linux>,$<NOT:$<CONFIG:Debug>>>:LINKER:--gc-sections>)
# Static and shared libraries are made of the same objects, compiled once: nobody may put another function in the place of
# ours, so position independent code is as fast as the other kind.
set(SAMBUNG_OBJECTS -fno-semantic-interposition)
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

# sambung_unit(<name> <root> <folder> <variable>): replaces the files of a list by one unit in a folder of the build, which
# includes them relative to `root`: so it is the same text in every checkout, and ccache knows it there (CMake's own unity
# files hold absolute paths).
function(sambung_unit name root folder variable)
  set(text "")
  foreach(file IN LISTS ${variable})
    file(RELATIVE_PATH short "${root}" "${file}")
    string(APPEND text "#include \"${short}\"\n")
  endforeach()
  set(unit "${folder}/${name}.cpp")
  file(CONFIGURE OUTPUT "${unit}" CONTENT "${text}" @ONLY)
  set(${variable} "${unit}" PARENT_SCOPE)
endfunction()

# sambung_together(<result> <most bytes> <files>): with SAMBUNG_UNITY a few units in the place of files below this folder, which
# has to be where their includes are looked for.
function(sambung_together result most_bytes)
  if(NOT SAMBUNG_UNITY)
    set(${result} "${ARGN}" PARENT_SCOPE)
    return()
  endif()
  set(bytes 0)
  set(units "")
  set(unit "")
  foreach(source IN LISTS ARGN)
    file(SIZE "${source}" size)
    math(EXPR bytes "${bytes} + ${size}")
    if(unit AND bytes GREATER most_bytes)
      sambung_unit("${name}" "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/unity" unit)
      list(APPEND units "${unit}")
      set(unit "")
    endif()
    if(NOT unit)
      set(bytes ${size})
      file(RELATIVE_PATH name "${CMAKE_CURRENT_SOURCE_DIR}" "${source}")
      string(REGEX REPLACE "\\.cpp$" "" name "${name}")  # a unit is called after its first file
    endif()
    list(APPEND unit "${source}")
  endforeach()
  if(unit)
    sambung_unit("${name}" "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/unity" unit)
    list(APPEND units "${unit}")
  endif()
  set(${result} "${units}" PARENT_SCOPE)
endfunction()

# sambung_component(<name> FOLDERS <rooms of src/> [FILES <files of src/, with *>]
#                   LINK <public libraries> PRIVATE <private libraries> [SMALL <those rooms that are compiled for size>])
# The libraries are components, sambung::<name>, and the names of libraries.cmake.
function(sambung_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FOLDERS;FILES;LINK;PRIVATE;SMALL")
  set(sources "")
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp")
    if(SAMBUNG_UNITY)
      # On top of the whole build, also of a project that Sambung is a part of: ccache has there what was compiled here.
      sambung_unit("${folder}" "${PROJECT_SOURCE_DIR}/src" "${CMAKE_BINARY_DIR}/sambung_unity" found)
    endif()
    if(folder IN_LIST arg_SMALL)
      # A release at -O2 has them twice as large, and they wait for storage.
      set_property(SOURCE ${found} APPEND PROPERTY COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)
    endif()
    list(APPEND sources ${found})
  endforeach()
  foreach(file IN LISTS arg_FILES)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${file}")
    list(APPEND sources ${found})
  endforeach()
  sambung_targets(public ${name} ${arg_LINK})
  sambung_targets(private ${name} ${arg_PRIVATE})
  # The test kit is static: a program that is linked to it has one GoogleTest, its own.
  set(kind "")
  if(name STREQUAL "testing")
    set(kind STATIC)
  endif()
  add_library(sambung_${name} ${kind} ${sources})
  add_library(sambung::${name} ALIAS sambung_${name})
  set_target_properties(sambung_${name} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION ${sambung_soversion}
    POSITION_INDEPENDENT_CODE ON DEFINE_SYMBOL "" UNITY_BUILD OFF INSTALL_RPATH "$ORIGIN"
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    SAMBUNG_PUBLIC "${arg_LINK}" SAMBUNG_PRIVATE "${arg_PRIVATE}")
  if(SAMBUNG_PCH)
    target_precompile_headers(sambung_${name} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp")
  endif()
  target_compile_options(sambung_${name} PRIVATE ${SAMBUNG_SECTIONS} ${SAMBUNG_OBJECTS})
  target_link_options(sambung_${name} PRIVATE ${SAMBUNG_USED_SECTIONS})
  if(NOT SAMBUNG_SANITIZE)
    # Finds what another library hides; what instruments code is in the program.
    target_link_options(sambung_${name} PRIVATE $<$<PLATFORM_ID:Linux>:LINKER:-z,defs>)
  endif()
  target_compile_features(sambung_${name} PUBLIC cxx_std_20)
  target_include_directories(sambung_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(sambung_${name} PUBLIC ${public} PRIVATE ${private} $<BUILD_INTERFACE:sambung_build_options>)
  set(SAMBUNG_COMPONENTS ${SAMBUNG_COMPONENTS} ${name} PARENT_SCOPE)
endfunction()

# sambung_targets(<result> <component> <names>): what CMake links for them. What is missing is told by
# sambung_demand_libraries(), for all components at once.
function(sambung_targets result component)
  sambung_missing(missing ${ARGN})
  if(missing)
    string(TOUPPER ${component} option)
    set(way "")
    if(DEFINED SAMBUNG_BUILD_${option})
      set(way " (or leave it out: -DSAMBUNG_BUILD_${option}=OFF)")
    endif()
    set_property(GLOBAL APPEND_STRING PROPERTY sambung_lacking
      "  sambung::${component} needs ${missing}, which was not found${way}\n")
    set_property(GLOBAL APPEND PROPERTY sambung_lacking_packages ${missing_packages})
  endif()
  set(targets "")
  foreach(name IN LISTS ARGN)
    if(name MATCHES "^sambung::")
      list(APPEND targets ${name})
    else()
      list(APPEND targets ${sambung_${name}_TARGETS})
    endif()
  endforeach()
  set(${result} ${targets} PARENT_SCOPE)
endfunction()

# Fails with everything that is missing, and the one command that installs it.
function(sambung_demand_libraries)
  get_property(lacking GLOBAL PROPERTY sambung_lacking)
  if(NOT lacking)
    return()
  endif()
  get_property(packages GLOBAL PROPERTY sambung_lacking_packages)
  list(REMOVE_DUPLICATES packages)
  list(SORT packages)
  list(JOIN packages " " packages)
  message(FATAL_ERROR "Libraries are missing.\n${lacking}On Debian:\n  apt-get install ${packages}")
endfunction()

# sambung::sambung: every component an application links; testing is asked for by name.
function(sambung_umbrella)
  add_library(sambung_sambung INTERFACE)
  add_library(sambung::sambung ALIAS sambung_sambung)
  foreach(name IN LISTS SAMBUNG_COMPONENTS)
    if(NOT name STREQUAL "testing")
      target_link_libraries(sambung_sambung INTERFACE sambung::${name})
    endif()
  endforeach()
endfunction()
