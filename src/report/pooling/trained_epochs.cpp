#include "report/pooling/trained_epochs.hpp"

#include <algorithm>
#include <cmath>

#include "report/pooling/method_names.hpp"

namespace fedmeta::report {
namespace {

/// What a client trains on in a round.
struct LocalAmount {
  double epochs, steps, batch;  ///< steps 0: epochs; batch 0: all samples

  /// The last batch of an epoch is smaller where samples are left over.
  double of(double samples) const {
    if (steps == 0) return epochs * samples;
    const double size = batch == 0 ? samples : std::min(batch, samples), an_epoch = std::ceil(samples / size),
                 whole = std::floor(steps / an_epoch);
    return whole * samples + std::min((steps - whole * an_epoch) * size, samples);
  }
};

}  // namespace

std::optional<double> trained_epochs(const Member& member) {
  const auto& header = member.run->header;
  const auto rounds = number_in(header, "rounds"), clients = number_in(header, "clients_per_round"),
             epochs = number_in(header, "local_epochs"), steps = number_in(header, "local_steps"),
             batch = number_in(header, "batch_size");
  const auto own_data = resolved(header, "local_data");
  if (!rounds || !clients || !epochs || !steps || !batch || !own_data) return {};
  const LocalAmount amount{*epochs, *steps, *batch};
  const auto& data = member.source->results.data;
  const auto& counts = text_of(*own_data) == "support" ? data.support : data.samples;
  double samples = 0, read = 0, trained = 0;  // of all training clients, who are drawn alike
  for (std::size_t c = 0; c < data.role.size() && c < counts.size(); ++c) {
    if (data.role[c] != 0 || counts[c] <= 0) continue;
    ++trained;
    samples += counts[c];
    read += amount.of(counts[c]);
  }
  if (samples <= 0) return {};
  return (*rounds + number_in(header, "start_rounds").value_or(0)) * *clients * read / trained / samples;
}

}  // namespace fedmeta::report
