#include "app/progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/text_table.hpp"

namespace fedmeta::app {
namespace {

std::string clock_text(double seconds) {
  const auto whole = std::lround(seconds);
  char text[32];
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%ldh%02ldm", whole / 3600, whole / 60 % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

/// Whether somebody watches. mpirun gives rank 0 a terminal of its own wherever the output really goes: what
/// counts is where the parent process, mpirun, writes.
bool on_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  std::error_code error;
  const auto target = std::filesystem::read_symlink("/proc/" + std::to_string(getppid()) + "/fd/1", error);
  return error || target.string().starts_with("/dev/pts/") || target.string().starts_with("/dev/tty");
}

}  // namespace

Progress::Progress(const std::string& mode, std::string run, std::int64_t rounds)
    : mode_(mode == "off"                     ? Mode::off
            : mode == "auto" && on_terminal() ? Mode::bar
                                              : Mode::lines),
      run_(std::move(run)),
      rounds_(rounds) {}

void Progress::round(const cost::RoundRow& row) {
  last_loss_ = row.loss;
  // A few redraws a second are enough for the eye.
  if (mode_ != Mode::bar || (clock_.seconds() - drawn_at_ < 0.2 && row.round < rounds_)) return;
  drawn_at_ = clock_.seconds();
  draw(row);
}

void Progress::draw(const cost::RoundRow& row) {
  constexpr int width = 24;
  const double done = static_cast<double>(row.round) / static_cast<double>(rounds_);
  const int filled = static_cast<int>(done * width);
  const double elapsed = clock_.seconds();
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(width - filled), '.');
  std::printf("\r\033[K  %-11s [%s] %d/%lld  %.2f rounds/s  %s left  loss %.3f%s", run_.c_str(), bar.c_str(),
              row.round, static_cast<long long>(rounds_), row.round / elapsed,
              clock_text(elapsed / done - elapsed).c_str(), row.loss, accuracy_.c_str());
  std::fflush(stdout);
}

void Progress::evaluation(const std::vector<cost::EvaluationRow>& rows) {
  if (mode_ == Mode::off) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // Of fedavg and fedavg-meta, which share a training, the one that adapts: the split's last row shows
    // both.
    const auto& row = rows[i];
    if (i + 1 < rows.size() && rows[i + 1].split == row.split) continue;
    accuracy_ = "  accuracy " + decimal(row.initial_accuracy, 3) + " -> " + decimal(row.accuracy, 3);
    if (mode_ != Mode::lines) continue;
    if (rounds_ == 0) {
      std::printf("  %-11s %s accuracy %.4f  %s\n", run_.c_str(), row.split.c_str(), row.accuracy,
                  clock_text(clock_.seconds()).c_str());
      continue;
    }
    std::printf("  %-11s round %d/%lld  loss %.4f  %s accuracy %.4f before, %.4f after adapting  %s\n",
                run_.c_str(), row.round, static_cast<long long>(rounds_), last_loss_, row.split.c_str(),
                row.initial_accuracy, row.accuracy, clock_text(clock_.seconds()).c_str());
  }
  std::fflush(stdout);
}

void Progress::end() {
  if (mode_ == Mode::bar) std::printf("\n");
  std::fflush(stdout);
}

}  // namespace fedmeta::app
