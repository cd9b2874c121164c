#include "data/stand_in/glyph_hand.hpp"

#include <algorithm>
#include <set>

namespace fedmeta::data {
namespace {

constexpr std::int32_t first_capital = 10, first_small = 36;
constexpr double x_line = 0.4;  // its place in the skeletons, from the cap line

// Spreads of slant, size and shape. They were adjusted by eye until the pictures looked like those of real
// writers (docs/generated-femnist.md). `writer` concerns all letters of a writer, `letter` one letter of a
// writer, `sample` one sample.
constexpr DistortionScale writer_scale{.stretch = 0.14, .shear = 0.14, .turn = 0.04, .bend = 0.05};
constexpr DistortionScale letter_scale{.stretch = 0.14, .shear = 0.08, .turn = 0.05, .bend = 0.18};
constexpr DistortionScale sample_scale{.stretch = 0.13, .shear = 0.09, .turn = 0.06, .bend = 0.15};

double clipped_normal(Random& random, double mean, double deviation, double low, double high) {
  return std::clamp(random.normal(mean, deviation), low, high);
}

/// Draws an index with probability proportional to the weights of the forms.
std::size_t draw_form(const std::vector<GlyphForm>& forms, Random& random) {
  double total = 0;
  for (const GlyphForm& form : forms) total += form.weight;
  double left = random.uniform(0, total);
  std::size_t chosen = 0;
  while (chosen + 1 < forms.size() && (left -= forms[chosen].weight) >= 0) ++chosen;
  return chosen;
}

/// Chooses the form of each letter. A careful writer does not give two letters the same look (such as a bare
/// stick for 1 and l); a careless one may. Which letter keeps the look differs between writers.
void choose_forms(Hand& hand, double care, Random& random) {
  std::vector<std::int32_t> order(glyph_classes);
  for (std::int32_t label = 0; label < glyph_classes; ++label) order[std::size_t(label)] = label;
  shuffle(order, random);
  std::set<std::string_view> looks;
  for (const std::int32_t label : order) {
    LetterHabit& letter = hand.letters[std::size_t(label)];
    const auto& forms = glyph_forms(letter.forms_of);
    constexpr int tries = 6;
    for (int k = 0; k < tries; ++k) {
      letter.form = draw_form(forms, random);
      if (!looks.contains(forms[letter.form].look) || random.uniform() >= care) break;
    }
    if (!forms[letter.form].look.empty()) looks.insert(forms[letter.form].look);
  }
}

/// Lets some writers use capitals only, and many write a few small letters like capitals.
void choose_block_letters(Hand& hand, Random& random) {
  const double share = random.uniform() < 0.08 ? 0.9 : 0.04;
  for (std::int32_t label = 0; label < glyph_classes; ++label) {
    LetterHabit& letter = hand.letters[std::size_t(label)];
    const bool block = label >= first_small && random.uniform() < share;
    letter.forms_of = block ? label - first_small + first_capital : label;
    letter.size = clipped_normal(random, block ? 0.9 : 1.0, 0.10, 0.7, 1.3);
  }
}

/// Moves the x-line of small letters from the skeletons' height to the writer's.
double at_x_height(double y, double x_height) {
  if (y < x_line) return y * (1 - x_height) / x_line;
  return 1 - x_height * (1 - y) / (1 - x_line);
}

/// Gives each stroke its own offset and size, since the pen does not land exactly where a stroke should
/// begin.
void misplace(Stroke& stroke, double looseness, Random& random) {
  const double dx = random.normal(0, 0.018 * looseness), dy = random.normal(0, 0.018 * looseness);
  const double scale = 1 + random.normal(0, 0.04 * looseness);
  const Point start = stroke.front();
  for (Point& p : stroke)
    p = {start.x + scale * (p.x - start.x) + dx, start.y + scale * (p.y - start.y) + dy};
}

/// Centres a sample. NIST's characters were cut out and centred by their bounding box, which left nearly no
/// jitter.
void centre(Strokes& strokes, Point offset) {
  Point low = strokes.front().front(), high = low;
  for (const Stroke& stroke : strokes)
    for (const Point& p : stroke) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  const Point shift{offset.x - (low.x + high.x) / 2, offset.y - (low.y + high.y) / 2};
  for (Stroke& stroke : strokes)
    for (Point& p : stroke) p = {p.x + shift.x, p.y + shift.y};
}

}  // namespace

Point Distortion::operator()(Point p) const {
  const double xx_ = p.x * p.x, xy_ = p.x * p.y, yy_ = p.y * p.y;
  return {p.x + xx * p.x + xy * p.y + bend_x[0] * xx_ + bend_x[1] * xy_ + bend_x[2] * yy_,
          p.y + yx * p.x + yy * p.y + bend_y[0] * xx_ + bend_y[1] * xy_ + bend_y[2] * yy_};
}

Distortion draw_distortion(const DistortionScale& scale, Random& random) {
  Distortion d;
  const double turn = random.normal(0, scale.turn);
  d.xx = clipped_normal(random, 0, scale.stretch, -0.4, 0.4);
  d.yy = clipped_normal(random, 0, scale.stretch / 2, -0.2, 0.2);
  d.xy = random.normal(0, scale.shear) - turn;
  d.yx = turn;
  for (double& term : d.bend_x) term = random.normal(0, scale.bend);
  for (double& term : d.bend_y) term = random.normal(0, scale.bend);
  return d;
}

Hand draw_hand(Random& random) {
  Hand hand;
  hand.height = clipped_normal(random, 8.9, 1.2, 6.5, 13);
  hand.x_height = clipped_normal(random, 0.66, 0.07, 0.5, 0.85);
  hand.pen = clipped_normal(random, 1.4, 0.24, 0.9, 2.2);
  hand.edge = random.uniform(1.0, 1.4);
  hand.pressure = random.normal(0, 0.12);
  hand.steadiness = random.uniform(0.85, 1.0);
  hand.looseness = random.uniform(0.6, 1.3);
  hand.all = draw_distortion(writer_scale, random);
  hand.all.xx += 0.22;  // most hands write wider than the skeletons
  hand.all.xy -= 0.12;  // most hands lean to the right
  choose_block_letters(hand, random);
  choose_forms(hand, random.uniform(), random);
  for (LetterHabit& letter : hand.letters) letter.shape = draw_distortion(letter_scale, random);
  return hand;
}

Strokes draw_letter(const Hand& hand, std::int32_t label, Random& random) {
  const LetterHabit& letter = hand.letters[std::size_t(label)];
  const auto& forms = glyph_forms(letter.forms_of);
  const bool preferred = random.uniform() < hand.steadiness;
  Strokes strokes = forms[preferred ? letter.form : draw_form(forms, random)].strokes;

  const double loose = hand.looseness;
  const Distortion own = draw_distortion({sample_scale.stretch * loose, sample_scale.shear * loose,
                                          sample_scale.turn * loose, sample_scale.bend * loose},
                                         random);
  const double pixels = hand.height * letter.size * (1 + random.normal(0, 0.07 * loose));
  const bool small = letter.forms_of >= first_small;
  for (Stroke& stroke : strokes) {
    for (Point& p : stroke) {
      const double y = small ? at_x_height(p.y / 100, hand.x_height) : p.y / 100;
      p = hand.all(own(letter.shape({p.x / 100 - 0.3, y - 0.5})));
    }
    misplace(stroke, loose, random);
    for (Point& p : stroke) p = {p.x * pixels, p.y * pixels};
  }
  centre(strokes, {random.normal(0, 0.3), random.normal(0, 0.3)});
  return strokes;
}

}  // namespace fedmeta::data
