// MFU, MRU and naive Bayes: methods of the production task without a network (Chen et al. 2018, section 4.3).
#include "algorithms/method.hpp"

namespace fedmeta::algorithms {
namespace {

class UseCounts final : public MethodOptions {
 public:
  explicit UseCounts(UseCounter counter, bool needs_order_of_time = false)
      : counter_(std::move(counter)), needs_order_of_time_(needs_order_of_time) {}

  std::unique_ptr<MethodOptions> clone() const override { return std::make_unique<UseCounts>(*this); }
  options::OptionTable rows() override { return {}; }
  std::string describe() const override { return "counts, no network"; }
  bool needs_order_of_time() const override { return needs_order_of_time_; }
  UseCounter make_counter() const override { return counter_; }

 private:
  UseCounter counter_;
  bool needs_order_of_time_;
};

}  // namespace

std::unique_ptr<MethodOptions> make_mfu() {
  return std::make_unique<UseCounts>(data::most_frequently_used);
}

std::unique_ptr<MethodOptions> make_mru() {
  const auto recent = [](const auto& history, const auto& rows) {
    return data::most_recently_used(history, rows);
  };
  return std::make_unique<UseCounts>(recent, /*needs_order_of_time=*/true);
}

std::unique_ptr<MethodOptions> make_nb() {
  return std::make_unique<UseCounts>(data::naive_bayes);
}

}  // namespace fedmeta::algorithms
