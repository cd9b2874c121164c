#include "data/sets/production_baselines.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "data/sets/production_features.hpp"

namespace fedmeta::data {
namespace {

constexpr std::size_t choices = 4;

void count(std::span<const std::int32_t> ranked, std::int32_t label, Hits& hits) {
  const auto first = ranked.first(std::min(choices, ranked.size()));
  ++hits.records;
  hits.top1 += !first.empty() && first.front() == label;
  hits.top4 += std::find(first.begin(), first.end(), label) != first.end();
}

std::map<std::int32_t, std::int64_t> label_counts(const UseHistory& history, const UseRows& rows) {
  std::map<std::int32_t, std::int64_t> counts;
  for (const auto row : rows.support) ++counts[history.labels[static_cast<std::size_t>(row)]];
  return counts;
}

/// Returns the services used before `row`, the latest first, each once.
std::vector<std::int32_t> recent_services(std::span<const std::int32_t> labels, std::size_t row,
                                          Recent recent) {
  std::vector<std::int32_t> services;
  const std::size_t end = recent == Recent::records && row > choices ? row - choices : 0;
  for (std::size_t i = row; i > end && services.size() < choices; --i)
    if (std::find(services.begin(), services.end(), labels[i - 1]) == services.end())
      services.push_back(labels[i - 1]);
  return services;
}

/// Logarithms of probabilities from the counts of the support set.
class NaiveBayes {
 public:
  NaiveBayes(const UseHistory& history, const UseRows& rows)
      : indices_(history.indices), width_(history.indices.size() / history.labels.size()) {
    for (const auto& [label, uses] : label_counts(history, rows)) {
      place_of_[label] = classes_.size();
      classes_.push_back({label, std::log(static_cast<double>(uses)), {}});
      for (std::size_t b = 0, column = 0; b < use_blocks.size(); ++b)
        for (std::int32_t k = 0; k < use_blocks[b]; ++k, ++column)
          classes_.back().column[column] = -std::log(static_cast<double>(uses + use_blocks[b]));
    }
    add_likelihoods(history, rows);
  }

  /// Returns the services, the most probable first.
  std::vector<std::int32_t> ranked(std::int32_t row) const {
    std::vector<std::pair<double, std::int32_t>> scores;
    for (const auto& one : classes_) {
      double score = one.prior;
      for (const auto column : columns(row))
        if (column >= 0) score += one.column[static_cast<std::size_t>(column)];
      scores.emplace_back(-score, one.label);
    }
    std::sort(scores.begin(), scores.end());
    std::vector<std::int32_t> labels;
    labels.reserve(scores.size());
    for (const auto& [score, label] : scores) labels.push_back(label);
    return labels;
  }

 private:
  struct Class {
    std::int32_t label;
    double prior;                            ///< log n_c
    std::array<double, use_columns> column;  ///< log P(value | class), with Laplace's +1
  };

  std::span<const std::int32_t> columns(std::int32_t row) const {
    return indices_.subspan(static_cast<std::size_t>(row) * width_, use_blocks.size());
  }

  void add_likelihoods(const UseHistory& history, const UseRows& rows) {
    std::vector<std::array<std::int64_t, use_columns>> counts(classes_.size());
    for (const auto row : rows.support) {
      auto& of_class = counts[place_of_.at(history.labels[static_cast<std::size_t>(row)])];
      for (const auto column : columns(row))
        if (column >= 0) ++of_class[static_cast<std::size_t>(column)];
    }
    for (std::size_t c = 0; c < counts.size(); ++c)
      for (std::size_t k = 0; k < counts[c].size(); ++k)
        classes_[c].column[k] += std::log(static_cast<double>(counts[c][k] + 1));
  }

  std::span<const std::int32_t> indices_;
  std::size_t width_;
  std::map<std::int32_t, std::size_t> place_of_;
  std::vector<Class> classes_;
};

}  // namespace

Hits& Hits::operator+=(const Hits& more) {
  top1 += more.top1;
  top4 += more.top4;
  records += more.records;
  return *this;
}

Hits most_frequently_used(const UseHistory& history, const UseRows& rows) {
  std::vector<std::pair<std::int64_t, std::int32_t>> counts;
  for (const auto& [label, uses] : label_counts(history, rows)) counts.emplace_back(-uses, label);
  std::sort(counts.begin(), counts.end());
  std::vector<std::int32_t> ranked;
  ranked.reserve(counts.size());
  for (const auto& [uses, label] : counts) ranked.push_back(label);
  Hits hits;
  for (const auto row : rows.query) count(ranked, history.labels[static_cast<std::size_t>(row)], hits);
  return hits;
}

Hits most_recently_used(const UseHistory& history, const UseRows& rows, Recent recent) {
  Hits hits;
  for (const auto row : rows.query) {
    const auto at = static_cast<std::size_t>(row);
    count(recent_services(history.labels, at, recent), history.labels[at], hits);
  }
  return hits;
}

Hits naive_bayes(const UseHistory& history, const UseRows& rows) {
  const NaiveBayes model(history, rows);
  Hits hits;
  for (const auto row : rows.query)
    count(model.ranked(row), history.labels[static_cast<std::size_t>(row)], hits);
  return hits;
}

}  // namespace fedmeta::data
