// What a configuration says of the search for a model's parameters.
#pragma once

#include "harness/config/config_visitor.h"

namespace recgauge {

enum class SearchMethod : uint8_t { random, grid };

struct SearchConfig {
  SearchMethod method = SearchMethod::random;
  uint32_t trials = 20;
  double minutes = 0.0;
  ConfigNode parameters;
  SourcePlace place;
};

template <typename V>
void visit(V& v, SearchConfig& c) {
  v.place(c.place);
  v.choice("method", c.method, {{"random", SearchMethod::random}, {"grid", SearchMethod::grid}},
           "random: the parameters as written, then draws; grid: every combination of the listed values");
  v.value("trials", c.trials, "most trials, each of which trains once", {1.0, 100000.0, {}, false});
  v.value("minutes", c.minutes, "no trial begins after so long; 0 for no limit", {0.0, 1e6, {}, false});
  v.subtree("parameters", c.parameters,
            "by name: a list of values, or {low, high, scale: linear or log} for random search");
}

}  // namespace recgauge
