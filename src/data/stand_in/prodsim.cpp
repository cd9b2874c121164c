#include "data/stand_in/prodsim.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string_view>

#include "base/error.hpp"
#include "base/random.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int64_t first_monday = 1483315200;  // 2017-01-02, the earliest start of a timeline
constexpr double hour_seconds = 3600;
constexpr std::size_t places = 6;
/// The random stream of a user's number of records and then of the records.
constexpr std::string_view user_stream = "prodsim user";

/// Draws a gamma variable of scale 1 (Marsaglia and Tsang 2000). Requires shape >= 1.
double draw_gamma(double shape, Random& random) {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log1p(-random.uniform()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

double draw_exponential(double mean, Random& random) {
  return -mean * std::log1p(-random.uniform());
}

/// Draws a log-normal number with the size's mean and deviation. One user in 5,000 is heavy, with about 8
/// times the mean, since the paper's largest user has over 5,000 records.
std::int64_t draw_samples(const GeneratedSize& size, std::int64_t index, Random& random) {
  const double ratio = size.deviation_samples / size.mean_samples;
  const double variance = std::log1p(ratio * ratio);
  double samples =
      std::exp(std::log(size.mean_samples) - variance / 2 + std::sqrt(variance) * random.normal());
  if (index % 5000 == 2500) samples = size.mean_samples * random.uniform(7.5, 8.5);
  return std::clamp<std::int64_t>(std::llround(samples), size.min_samples, most_uses);
}

/// Draws services without replacement, each in proportion to its popularity.
std::vector<std::int32_t> draw_services(std::size_t count, const std::vector<double>& cumulative,
                                        Random& random) {
  std::vector<std::int32_t> services;
  while (services.size() < count) {
    const auto place =
        std::upper_bound(cumulative.begin(), cumulative.end() - 1, random.uniform() * cumulative.back());
    const auto service = static_cast<std::int32_t>(place - cumulative.begin());
    if (std::find(services.begin(), services.end(), service) == services.end()) services.push_back(service);
  }
  return services;
}

/// A service of a user.
struct Habit {
  std::int32_t service;
  std::int8_t category;
  double preferred_hour;
  double preference;                    ///< pi
  std::array<double, places> affinity;  ///< exp(2.5 A), by place
  double born = 0;                      ///< time of the first use, as a share of the user's records

  double weight(double hour, std::size_t place) const {
    const double phase = (hour - preferred_hour) * std::numbers::pi / 12;
    return preference * std::exp(0.8 * std::cos(phase)) * affinity[place];
  }
};

/// Draws the services of one user, the most preferred first.
std::vector<Habit> draw_habits(const std::vector<double>& popularity,
                               const std::vector<std::int8_t>& categories,
                               std::span<const double> preferred_hours, Random& random) {
  const double drawn = std::floor(draw_gamma(1.6, random) * 9 / 1.6);
  auto services =
      draw_services(static_cast<std::size_t>(std::clamp(2 + drawn, 2.0, 36.0)), popularity, random);
  shuffle(services, random);
  const double late_share = random.uniform(0.1, 0.2);
  std::vector<Habit> habits;
  for (std::size_t rank = 0; rank < services.size(); ++rank) {
    const auto category = categories[static_cast<std::size_t>(services[rank])];
    Habit habit{services[rank],
                category,
                preferred_hours[static_cast<std::size_t>(category)],
                std::pow(static_cast<double>(rank + 1), -2.2) * std::exp(random.normal(0, 0.3)),
                {}};
    for (double& affinity : habit.affinity) affinity = std::exp(2.5 * random.normal());
    if (rank > 0 && random.uniform() < late_share) habit.born = random.uniform();
    habits.push_back(habit);
  }
  return habits;
}

/// Moves a user through hours and places, one record at a time.
class Course {
 public:
  Course(std::vector<Habit> habits, Random& random)
      : habits_(std::move(habits)),
        random_(random),
        short_share_(std::clamp(random.normal(0.5, 0.1), 0.1, 0.9)),
        hours_(random.uniform(0, 7 * 24)),
        battery_(random.below(10)),
        place_(random.below(places)) {}

  /// Draws the next record, when this share of all records has passed.
  UseRecord next(double passed) {
    const bool is_first = last_ == nullptr;
    const bool pause = is_first || random_.uniform() >= short_share_;
    if (!is_first) move(pause);
    const bool repeat = !is_first && random_.uniform() < (pause ? 0.05 : 0.95);
    if (!repeat) last_ = &draw(passed);
    return {first_monday + static_cast<std::int64_t>(hours_ * hour_seconds),
            last_->service,
            last_->category,
            static_cast<std::int8_t>(battery_),
            static_cast<std::int8_t>(place_),
            pause};
  }

 private:
  void move(bool pause) {
    hours_ += draw_exponential(pause ? 3 : 0.05, random_);
    if (!pause) return;
    battery_ = random_.below(10);
    if (random_.uniform() < 0.5) place_ = random_.below(places);
  }

  const Habit& draw(double passed) {
    double total = 0;
    cumulative_.clear();
    for (const Habit& habit : habits_)
      cumulative_.push_back(total += habit.born <= passed ? habit.weight(hours_, place_) : 0);
    const auto drawn =
        std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, random_.uniform() * total);
    return habits_[static_cast<std::size_t>(drawn - cumulative_.begin())];
  }

  std::vector<Habit> habits_;
  Random& random_;
  double short_share_;
  double hours_;  ///< hours since the first Monday
  std::uint64_t battery_, place_;
  const Habit* last_ = nullptr;
  std::vector<double> cumulative_;
};

/// Returns whether a user has at least 2 services, like the paper's users. Without this check a few users
/// with two habits would never follow one of them.
bool uses_two_services(const std::vector<UseRecord>& records) {
  return std::any_of(records.begin(), records.end(),
                     [&](const UseRecord& record) { return record.service != records.front().service; });
}

void check(bool holds, const std::string& what, const std::string& remedy) {
  if (!holds) throw Error(Status::usage, what, "generated production", remedy);
}

}  // namespace

ProdSim::ProdSim(const GeneratedSize& size, std::uint64_t seed) : size_(size), seed_(seed) {
  check_clients(size.clients, "generated production");
  check(size.min_samples >= 1 && size.min_samples <= most_uses, "impossible least number of samples",
        "ask for 1 to 6000");
  check(size.mean_samples >= double(size.min_samples) && size.mean_samples <= double(most_uses),
        "impossible mean number of samples", "give a mean from the least number of samples to 6000");
  check(size.deviation_samples >= 0 && size.deviation_samples <= 1e6, "impossible deviation of samples",
        "give a deviation of 0 or more");

  Random random(seed, "prodsim services");
  for (double& hour : preferred_hour_) hour = random.uniform(0, 24);
  double total = 0;
  for (std::int64_t rank = 1; rank <= production_services; ++rank) {
    popularity_.push_back(total += 1 / static_cast<double>(rank));
    category_of_.push_back(static_cast<std::int8_t>(random.below(preferred_hour_.size())));
  }
}

std::string ProdSim::id(std::int64_t index) const {
  const std::size_t width = std::max<std::size_t>(5, std::to_string(size_.clients - 1).size());
  const std::string number = std::to_string(index);
  return std::string("u").append(width - number.size(), '0').append(number);
}

std::int64_t ProdSim::samples(std::int64_t index) const {
  Random random(seed_, user_stream, {client_key(index)});
  return draw_samples(size_, index, random);
}

std::vector<UseRecord> ProdSim::records(std::int64_t index) const {
  Random random(seed_, user_stream, {client_key(index)});
  const auto samples = draw_samples(size_, index, random);
  for (;;) {
    Course course(draw_habits(popularity_, category_of_, preferred_hour_, random), random);
    std::vector<UseRecord> records;
    records.reserve(static_cast<std::size_t>(samples));
    for (std::int64_t i = 0; i < samples; ++i)
      records.push_back(course.next(static_cast<double>(i) / static_cast<double>(samples)));
    if (samples == 1 || uses_two_services(records)) return records;
  }
}

}  // namespace fedmeta::data
