// Writing figures to files, and having gnuplot draw them.
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "report/figures.hpp"
#include "report/files.hpp"

namespace fedmeta::report {
namespace {

constexpr int not_installed = 127;  // what shells use, too

/// Runs gnuplot in `folder`; its exit status.
int gnuplot(const std::filesystem::path& folder, const std::string& script, bool png) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::chdir(folder.c_str()) != 0) ::_exit(1);
    if (png) ::execlp("gnuplot", "gnuplot", "-e", "png=1", script.c_str(), nullptr);
    ::execlp("gnuplot", "gnuplot", script.c_str(), nullptr);
    ::_exit(not_installed);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 1;
  return WEXITSTATUS(status);
}

std::string terminal(const Figure& figure) {
  const auto size = [&](int scale) {
    return std::to_string(scale * figure.width) + "," + std::to_string(scale * figure.height);
  };
  return "# gnuplot " + figure.name + ".gp makes " + figure.name + ".svg;\n# gnuplot -e png=1 " +
         figure.name + ".gp makes " + figure.name + ".png.\n" +
         "if (exists('png')) {\n"
         "  set terminal pngcairo size " +
         size(2) +
         " fontscale 1 linewidth 2 pointscale 1.6 font 'Helvetica,26' noenhanced\n"
         "  set output '" +
         figure.name +
         ".png'\n"
         "} else {\n"
         "  set terminal svg size " +
         size(1) +
         " dynamic font 'Helvetica,14' background rgb 'white' noenhanced\n"
         "  set output '" +
         figure.name +
         ".svg'\n"
         "}\n"
         "data = '" +
         figure.name +
         ".dat'\n"
         "set border 3 lc rgb '#555555'\n"
         "set tics nomirror\n";
}

}  // namespace

void write_figure(const Figure& figure, const std::filesystem::path& folder) {
  write_file(folder / (figure.name + ".dat"), figure.data);
  write_file(folder / (figure.name + ".gp"), terminal(figure) + figure.script);
}

bool draw_figure(const Figure& figure, const std::filesystem::path& folder) {
  for (const bool png : {false, true}) {
    const int status = gnuplot(folder, figure.name + ".gp", png);
    if (status == not_installed) return false;
    if (status != 0)
      throw Error(Status::own_file, "gnuplot could not draw a figure",
                  (folder / (figure.name + ".gp")).string(),
                  "check free space, or run gnuplot on it by hand");
  }
  return true;
}

}  // namespace fedmeta::report
