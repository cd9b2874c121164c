#include "programs/bench/progress.hpp"

#include <cmath>
#include <cstdio>

#include "programs/bench/terminal.hpp"
#include "programs/bench/text_table.hpp"

namespace fedmeta::programs {
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

}  // namespace

std::string fitted(const std::string& head, const std::vector<std::string>& parts, int columns) {
  const auto most = static_cast<std::size_t>(columns);
  std::string line = head;
  for (const auto& part : parts) {
    if (columns > 0 && line.size() + part.size() > most) break;
    line += part;
  }
  return columns > 0 ? line.substr(0, most) : line;
}

Progress::Progress(const std::string& mode, std::string run, std::int64_t rounds)
    : mode_(mode == "off"                              ? Mode::off
            : mode == "auto" && terminal_columns() > 0 ? Mode::bar
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
  char head[64], loss[32];
  std::snprintf(head, sizeof head, "  %-11s %d/%lld", run_.c_str(), row.round,
                static_cast<long long>(rounds_));
  std::snprintf(loss, sizeof loss, "  loss %.3f", row.loss);
  const std::string bar = "  [" + std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(width - filled), '.') + "]";
  const auto line = fitted(head,
                           {bar, "  " + clock_text(elapsed / done - elapsed) + " left", loss, accuracy_,
                            "  " + decimal(row.round / elapsed, 2) + " rounds/s"},
                           terminal_columns() - 1);  // in the last column some terminals begin a new line
  std::printf("\r\033[K%s", line.c_str());
  std::fflush(stdout);
}

void Progress::evaluation(const std::vector<cost::EvaluationRow>& rows) {
  if (mode_ == Mode::off) return;
  for (const auto& row : rows) {
    accuracy_ = "  accuracy " + decimal(row.initial_accuracy, 3) + " -> " + decimal(row.accuracy, 3);
    if (mode_ != Mode::lines) continue;
    char line[256];
    if (rounds_ == 0)
      std::snprintf(line, sizeof line, "  %-11s %s accuracy %.4f  %s\n", run_.c_str(), row.split.c_str(),
                    row.accuracy, clock_text(clock_.seconds()).c_str());
    else
      std::snprintf(line, sizeof line,
                    "  %-11s round %d/%lld  loss %.4f  %s accuracy %.4f before, %.4f after adapting  %s\n",
                    run_.c_str(), row.round, static_cast<long long>(rounds_), last_loss_, row.split.c_str(),
                    row.initial_accuracy, row.accuracy, clock_text(clock_.seconds()).c_str());
    std::fputs(wrapped(line, terminal_columns(), 14).c_str(), stdout);
  }
  std::fflush(stdout);
}

void Progress::end() {
  if (mode_ == Mode::bar) std::printf("\n");
  std::fflush(stdout);
}

}  // namespace fedmeta::programs
