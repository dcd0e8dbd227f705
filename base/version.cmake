# Runs at each build. It writes VERSION_FILE with the commit of the sources, if that has changed.
# It needs SOURCE_FOLDER, VERSION_FILE and DARIS_VERSION. Without git, or outside a clone, the commit is empty.
find_package(Git QUIET)
set(DARIS_COMMIT "")
if(GIT_FOUND)
  execute_process(
    COMMAND ${GIT_EXECUTABLE} -C ${SOURCE_FOLDER} describe --always --abbrev=40 --match=no-tag --dirty
    OUTPUT_VARIABLE DARIS_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${VERSION_FILE} @ONLY)
