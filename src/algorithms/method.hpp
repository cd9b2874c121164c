// A method and the values of its options: what settings fill in, and what makes the algorithm from it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "algorithms/descriptor.hpp"
#include "algorithms/stages.hpp"
#include "data/sets/production_baselines.hpp"
#include "options/option_table.hpp"

namespace fedmeta::algorithms {

/// Trains each test client's network by itself, from parameters that all start with.
class TrainedAlone {
 public:
  virtual ~TrainedAlone() = default;
  virtual learn::LocalResult train(const learn::Engine& engine, const at::Tensor& theta,
                                   const learn::Group& group, const learn::AfterStep& after) const = 0;
  /// Steps of each client, and every how many of them accuracy is followed; 0 = not.
  virtual std::int64_t steps() const = 0;
  virtual std::int64_t followed_every() const { return 0; }
  /// Algorithmic FLOPs of that for a client with so large a support set, F per forward sample.
  virtual std::int64_t flops(std::int64_t f, std::int64_t support) const = 0;
};

/// Counts which of a client's services a method without a network would have foretold.
using UseCounter = std::function<data::Hits(const data::UseHistory&, const data::UseRows&)>;

/// What an algorithm's file brings: its options, and what they make. Of the three last members, the one of
/// the method's course makes something.
class MethodOptions {
 public:
  virtual ~MethodOptions() = default;
  virtual std::unique_ptr<MethodOptions> clone() const = 0;

  /// The options' rows in groups, with their values in this object.
  virtual options::OptionTable rows() = 0;
  /// Throws Error(usage) for values that do not go together.
  virtual void check() const {}
  /// What happens on a client and at the server, in a line.
  virtual std::string describe() const = 0;
  /// Whether the samples of a client must be in the order of time.
  virtual bool needs_order_of_time() const { return false; }

  virtual std::vector<Stage> make_stages() const { return {}; }
  virtual std::unique_ptr<TrainedAlone> make_trained_alone() const { return {}; }
  virtual UseCounter make_counter() const { return {}; }
};

/// A value: copies have options of their own.
class Method {
 public:
  /// With the defaults of its options. Throws Error(usage) for an unknown name.
  explicit Method(const std::string& name);
  Method(const Method& other) : descriptor_(other.descriptor_), options_(other.options_->clone()) {}
  Method(Method&&) = default;
  Method& operator=(Method other) {
    std::swap(descriptor_, other.descriptor_);
    std::swap(options_, other.options_);
    return *this;
  }
  ~Method() = default;

  const Descriptor& descriptor() const { return *descriptor_; }
  const std::string& name() const { return descriptor_->name; }
  bool has_rounds() const { return descriptor_->course == Course::rounds; }
  bool has_network() const { return descriptor_->course != Course::counts; }

  /// Its rows, read by it alone.
  options::OptionTable rows();
  const MethodOptions& options() const { return *options_; }
  /// Without stages where it has no rounds.
  Run make_run() const { return {options_->make_stages()}; }

 private:
  const Descriptor* descriptor_;
  std::unique_ptr<MethodOptions> options_;
};

/// All methods with the defaults of their options, in the order of their list.
std::vector<Method> all_methods();

/// MethodOptions of a plain struct with rows() and describe().
template <class Options>
class MethodOf : public MethodOptions {
 public:
  options::OptionTable rows() override { return options_.rows(); }
  std::string describe() const override { return options_.describe(); }

 protected:
  Options options_;
};

/// Of a method with rounds of one kind: `Made` is its Algorithm, made from the struct, which has a check(),
/// too.
template <class Options, class Made>
class MethodWithRounds final : public MethodOf<Options> {
 public:
  std::unique_ptr<MethodOptions> clone() const override { return std::make_unique<MethodWithRounds>(*this); }
  void check() const override { this->options_.check(); }
  std::vector<Stage> make_stages() const override {
    std::vector<Stage> stages;
    stages.push_back({this->options_.rounds.rounds, std::make_unique<Made>(this->options_)});
    return stages;
  }
};

}  // namespace fedmeta::algorithms
