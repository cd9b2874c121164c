# fedmeta_text_files(NAME FILES...): makes NAME.cpp, which holds the files' texts. It defines
#
#     const std::map<std::string, std::string_view>& fedmeta::NAME();  // by the files' names without folder and ending
#
# The variable NAME_source gets the path of the source. Files are read when CMake runs, which it does again
# where one has changed. No file may hold )text".
function(fedmeta_text_files name)
  set(entries "")
  foreach(file ${ARGN})
    cmake_path(ABSOLUTE_PATH file NORMALIZE)
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "fedmeta_bench: error: no such file (${file}): write it, or take its name off the list")
    endif()
    file(READ "${file}" text)
    cmake_path(GET file STEM LAST_ONLY stem)
    string(APPEND entries "      {\"${stem}\", R\"text(${text})text\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
#include <map>
#include <string>
#include <string_view>

namespace fedmeta {

const std::map<std::string, std::string_view>& @name@() {
  static const std::map<std::string, std::string_view> texts{
@entries@  };
  return texts;
}

}  // namespace fedmeta
]])
  set(${name}_source "${source}" PARENT_SCOPE)
endfunction()
