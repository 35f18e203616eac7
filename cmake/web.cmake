# The page of the reference server, examples/server/web, which Node.js builds. Without it the server says what to install.

set(SAMBUNG_BUILD_WEB AUTO CACHE STRING "Build the page of the reference server: AUTO (where Node.js 18 and npm are), ON, OFF")
set_property(CACHE SAMBUNG_BUILD_WEB PROPERTY STRINGS AUTO ON OFF)

# Whether node and npm are there; a Node.js that is too old counts as none.
function(sambung_find_node result)
  find_program(SAMBUNG_NODE node)
  find_program(SAMBUNG_NPM npm)
  set(version 0)
  if(SAMBUNG_NODE AND SAMBUNG_NPM)
    execute_process(COMMAND "${SAMBUNG_NODE}" --version OUTPUT_VARIABLE said ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REGEX REPLACE "^v" "" version "${said}")
  endif()
  set(${result} OFF PARENT_SCOPE)
  if(version VERSION_GREATER_EQUAL 18)
    set(${result} ON PARENT_SCOPE)
  endif()
endfunction()

# sambung_page(<program> <parts>): builds the page, and links it into the program, whose parts are told that it is there.
function(sambung_page program parts)
  string(TOUPPER "${SAMBUNG_BUILD_WEB}" wanted)
  if(wanted MATCHES "^(OFF|NO|FALSE|0)$")
    return()
  endif()
  sambung_find_node(found)
  if(NOT found AND wanted STREQUAL "AUTO")
    message(STATUS "The page is left out: Node.js 18 or later and npm build it (apt-get install nodejs npm)")
    return()
  endif()
  if(NOT found)
    message(FATAL_ERROR "SAMBUNG_BUILD_WEB is ${SAMBUNG_BUILD_WEB}, and Node.js 18 or later and npm were not found.\n"
      "On Debian:\n  apt-get install nodejs npm")
  endif()
  set(page "${CMAKE_CURRENT_SOURCE_DIR}/server/web")
  set(made "${CMAKE_CURRENT_BINARY_DIR}/web")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${page}/src/*" "${page}/public/*" "${page}/scripts/*")
  file(GLOB configuration CONFIGURE_DEPENDS "${page}/*.json" "${page}/*.js" "${page}/*.ts" "${page}/*.html")
  # What is made of the server, by hand, is no part of the page.
  list(FILTER sources EXCLUDE REGEX "/src/api/client\\.d\\.ts$")
  # Other build trees install into the same node_modules: one at a time.
  find_program(SAMBUNG_FLOCK flock)
  set(alone "")
  if(SAMBUNG_FLOCK)
    set(alone "${SAMBUNG_FLOCK}" "${page}/package-lock.json")
  endif()
  file(MAKE_DIRECTORY "${made}")
  add_custom_command(OUTPUT "${made}/page_table.cpp"
    COMMAND ${alone} "${SAMBUNG_NODE}" "${page}/scripts/build_for_server.mjs" "${made}/dist" "${made}/page_table.cpp"
    DEPENDS ${sources} ${configuration} VERBATIM COMMENT "Building the page")
  # clang counts the characters of a text.
  set_source_files_properties("${made}/page_table.cpp" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${program} PRIVATE "${made}/page_table.cpp")
  target_compile_definitions(${parts} PRIVATE SAMBUNG_WITH_PAGE)
endfunction()
