// Finds the rank that the others wait for.
//
// A collective wait does not tell who is missing. So a rank that has waited long asks its neighbour, the rank
// below it: a neighbour that waits, too, takes the question; one that does not take it is missing. Of the
// ranks that are missing, each is named whose neighbour above waits, so at least one; a message for each rank
// is all it costs. A neighbour that waits for a missing one inside a call of MPI cannot answer, and is named
// in its place.
#pragma once

#include <chrono>

#include "trace/span.hpp"

namespace fedmeta::comm {

/// Collective. From now on warns of ranks that keep the others waiting longer than `limit`; 0 = never.
void warn_of_stalls(std::chrono::seconds limit);

/// Collective. Takes the last questions, before MPI ends.
void take_last_questions();

/// One wait for all ranks.
class Wait {
 public:
  /// Called at least once, and now and then while it lasts. Takes questions, asks the own, and warns.
  void look();

 private:
  trace::Span span_{"waiting for the other ranks"};
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now(), asked_at_;
  bool asked_ = false, decided_ = false;
};

}  // namespace fedmeta::comm
