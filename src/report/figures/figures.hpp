// The figures of a report. Names from files enter their data and scripts only through text_sinks.hpp.
#pragma once

#include <string>
#include <vector>

#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns the figures for which the comparison has data, in reading order. `smoothing` is the weight of the
/// past in the exponential moving average of the curves, 0 (none) to below 1.
std::vector<Figure> make_figures(const Comparison& comparison, double smoothing);

Figure accuracy_figure(const Comparison& comparison, double smoothing);
Figure loss_figure(const Comparison& comparison, double smoothing);
/// Only of data sets whose evaluations count the four highest scores.
Figure top_figure(const Comparison& comparison, double smoothing);
Figure spending_figure(const Comparison& comparison);
Figure personalisation_figure(const Comparison& comparison);
Figure overhead_figure(const Comparison& comparison);
Figure clients_figure(const Comparison& comparison);
Figure density_figure(const Comparison& comparison);

/// Data sets beside each other that were divided alike, as in Chen et al. 2018, Figures 2 (20% support), 4
/// (50%) and 5 (90%): accuracy, loss and density over clients; accuracy against bytes, FLOP and seconds. None
/// where there is one data set alone.
std::vector<Figure> data_set_figures(const std::vector<Comparison>& comparisons, double smoothing);

/// By what an axis is multiplied so that its numbers are short, and the SI prefix of its unit.
struct Scale {
  double factor;
  std::string prefix;
};
Scale scale_for(double largest);

}  // namespace fedmeta::report
