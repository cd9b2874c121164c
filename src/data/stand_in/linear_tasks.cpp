#include "data/stand_in/linear_tasks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/stand_in/generated_size.hpp"

namespace fedmeta::data {
namespace {

constexpr auto width = static_cast<std::size_t>(linear_width);

std::vector<double> draw_normals(std::size_t count, double mean, Random& random) {
  std::vector<double> values(count);
  for (double& value : values) value = random.normal(mean, 1);
  return values;
}

/// Draws `least` + floor of a log-normal variable, at most `most`.
std::int64_t bounded_size(double mu, double sigma, double least, double most, Random& random) {
  return static_cast<std::int64_t>(std::min(most, least + std::floor(std::exp(random.normal(mu, sigma)))));
}

class LeafTasks final : public LinearTasks {
 public:
  explicit LeafTasks(std::uint64_t seed) : seed_(seed) {
    Random random(seed, "synthetic leaf shared");
    q_ = draw_normals((width + 1) * class_count, 0, random);
    const double location = random.normal();
    mean_ = random.normal(location, 1);
  }

  std::int32_t classes() const override { return class_count; }
  std::int64_t samples(std::int64_t index) const override {
    Random random = stream(index);
    return draw_size(random);
  }

  /// Draws a task. With one cluster, u is a number, so the matrices of all tasks are multiples of Q.
  LinearTask task(std::int64_t index) const override {
    Random random = stream(index);
    LinearTask task{draw_size(random), {}, {}, {}, 0.1};
    task.centre = draw_normals(width, random.normal(), random);
    const double u = random.normal(mean_, 0.1);
    for (std::size_t c = 0; c < class_count; ++c) {
      const double* row = q_.data() + c * (width + 1);
      task.bias.push_back(u * row[0]);
      for (std::size_t j = 1; j <= width; ++j) task.weights.push_back(u * row[j]);
    }
    return task;
  }

 private:
  static constexpr std::int32_t class_count = 5;

  Random stream(std::int64_t index) const { return {seed_, "synthetic leaf task", {client_key(index)}}; }
  static std::int64_t draw_size(Random& random) { return bounded_size(3, 2, 5, 1000, random); }

  std::uint64_t seed_;
  std::vector<double> q_;  ///< [classes, 1 + 60], the transpose of LEAF's, with the bias first
  double mean_;            ///< mean of u
};

class AlphaBetaTasks final : public LinearTasks {
 public:
  AlphaBetaTasks(double alpha, double beta, std::uint64_t seed) : alpha_(alpha), beta_(beta), seed_(seed) {
    const auto check = [](double deviation, const std::string& option) {
      if (!(deviation >= 0 && std::isfinite(deviation)))
        throw Error(Status::usage, "impossible standard deviation", option + " " + std::to_string(deviation),
                    "give a number of 0 or more");
    };
    check(alpha, "--alpha");
    check(beta, "--beta");
  }

  std::int32_t classes() const override { return class_count; }
  std::int64_t samples(std::int64_t index) const override {
    Random random = stream(index);
    return draw_size(random);
  }

  LinearTask task(std::int64_t index) const override {
    Random random = stream(index);
    LinearTask task{draw_size(random), {}, {}, {}, 0};
    const double model = random.normal(0, alpha_);
    task.centre = draw_normals(width, random.normal(0, beta_), random);
    task.weights = draw_normals(class_count * width, model, random);
    task.bias = draw_normals(class_count, model, random);
    return task;
  }

 private:
  static constexpr std::int32_t class_count = 10;

  Random stream(std::int64_t index) const {
    return {seed_, "synthetic alpha beta task", {client_key(index)}};
  }
  static std::int64_t draw_size(Random& random) { return bounded_size(4, 2, 50, 10'000, random); }

  double alpha_, beta_;
  std::uint64_t seed_;
};

std::int32_t draw_label(const LinearTask& task, const double* x, Random& random) {
  std::vector<double> scores = task.bias;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    scores[c] = std::inner_product(x, x + width, task.weights.data() + c * width, scores[c]);
    if (task.label_noise > 0) scores[c] += random.normal(0, task.label_noise);
  }
  return static_cast<std::int32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

}  // namespace

std::unique_ptr<LinearTasks> make_leaf_tasks(std::uint64_t seed) {
  return std::make_unique<LeafTasks>(seed);
}

std::unique_ptr<LinearTasks> make_alpha_beta_tasks(double alpha, double beta, std::uint64_t seed) {
  return std::make_unique<AlphaBetaTasks>(alpha, beta, seed);
}

Client draw_linear_client(const LinearTask& task, const std::string& id, Random& random) {
  Client client{id, Floats(), {}};
  auto& values = std::get<Floats>(client.features);
  std::vector<double> deviation(width), x(width);
  for (std::size_t j = 0; j < width; ++j) deviation[j] = std::pow(double(j + 1), -0.6);
  for (std::int64_t i = 0; i < task.samples; ++i) {
    for (std::size_t j = 0; j < width; ++j) x[j] = random.normal(task.centre[j], deviation[j]);
    for (const double value : x) values.push_back(static_cast<float>(value));
    client.labels.push_back(draw_label(task, x.data(), random));
  }
  return client;
}

}  // namespace fedmeta::data
