// Decides which runs are compared: those on the same data, whatever file they come from.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "record/results.hpp"
#include "report/pooling/setting.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {

/// A results file and its path.
struct Source {
  std::filesystem::path path;
  record::Results results;
};

/// A run and its file, whose `system` describes the machine.
struct Member {
  const record::Run* run;
  const Source* source;
};

/// A run of a file that has been copied, and the same run in the file that was given first.
struct Copy {
  Member run, of;
};

/// All runs of one algorithm with the same hyper-parameters, by seed. There is at least one.
struct Method {
  std::string algorithm;
  std::vector<Member> members = {};     ///< complete, one for each seed: what means are taken of
  std::vector<Member> incomplete = {};  ///< of seeds that no complete run has, one for each
  std::vector<Member> repeats = {};     ///< further complete runs of a member's seed, for what they cost
  std::vector<Member> leftovers = {};   ///< further incomplete runs of a seed that is in one of the above
  std::vector<Copy> copies = {};        ///< runs that are in the above already, from another file
  std::string name =
      algorithm;  ///< plus what distinguishes it from other methods of its algorithm: "maml (model lr)"
  std::optional<std::size_t> grid = {};  ///< of the comparison's, out of which the method was selected
};

/// Rates with which a method was tried, and how well it did with them.
struct Candidate {
  std::vector<std::pair<std::string, double>> rates;  ///< all that it reads, by the names of results files
  Summary validation;  ///< accuracy of the validation clients, over complete seeds
  std::string status;  ///< "chosen", "not chosen", "not complete"
};

/// All candidates of a method, the lowest rates first.
struct Grid {
  std::string algorithm;
  std::vector<std::string> varying;  ///< rates by which the candidates differ
  std::vector<Candidate> candidates;
};

/// What a report's reader may choose.
struct Choices {
  /// Name of the method, or of its algorithm, to whose cost the others' is compared; absent: the usual one.
  std::optional<std::string> baseline = {};
  std::string target_on = "accuracy";  ///< what is to reach the target: of evaluation_measures()
  std::size_t hold = 1;                ///< at so many evaluations, one after the other
  bool pool_data_seeds = false;        ///< runs of other data seeds are further seeds
  bool with_invalid = false;           ///< runs that failed a validity check count as complete
  bool select = false;  ///< of runs that differ in rates alone, keep the best on validation clients
};

struct Comparison {
  Setting setting;
  std::string title;  ///< "femnist, generated data, 20% support (random)"
  std::string name;   ///< for file names: femnist-generated-20
  std::string split;  ///< the evaluated clients: test, else validation, else train
  Choices choices;
  std::vector<Method> methods;
  std::vector<std::string> notes;  ///< what readers must know before comparing
  std::vector<Grid> grids = {};    ///< with Choices::select: what its methods were selected from
};

/// Returns a method's place in the order of tables and colours: baselines first, unknown methods last.
std::size_t method_rank(const std::string& algorithm);

/// Groups the runs of all files and pools the seeds of each method. Throws Error(usage) for a baseline that
/// none of them has, and for a selection that is not possible. `sources` must outlive the result.
std::vector<Comparison> compare(const std::vector<Source>& sources, const Choices& choices = {});

/// Returns the method to whose cost this one's is compared, or null: the baseline chosen, or the usual one
/// that has all the options that both read alike.
const Method* baseline_of(const Comparison& comparison, const Method& method);

/// Returns a member's run, else that of a repetition of its seed, whichever has something to show; null where
/// none has.
const Member* showing(const Method& method, const Member& member,
                      const std::function<bool(const Member&)>& has);

/// Returns the runs from which a method's cost to the target is told, complete ones first.
std::vector<Member> all_seeds(const Method& method);

/// Returns what tables show as a row each: the complete runs together, and every incomplete one, which is
/// called after its seed, and after its file, too, where another run stands for the seed.
std::vector<Method> parts(const Method& method);

/// Splits that may be evaluated, the preferred one first.
inline constexpr std::array splits{"test", "validation", "train"};

/// Returns the member's last evaluation of a split, or null if there is none.
const cost::EvaluationRow* last_evaluation(const Member& member, const std::string& split);

/// A column of evaluations, by the name that results files give it.
struct Measure {
  const char* name;
  double cost::EvaluationRow::*value;
  const char* title;
};
const std::vector<Measure>& evaluation_measures();
/// Null for an unknown name.
const Measure* find_measure(const std::string& name);

}  // namespace fedmeta::report
