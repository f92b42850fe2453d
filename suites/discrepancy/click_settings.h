// What a configuration may say of logs of clicks.
#pragma once

#include <string>

#include "harness/config/config_visitor.h"
#include "harness/off_policy/logs/click_log.h"

namespace recgauge::suites {

struct ClickLogConfig {
  std::string name;
  std::string path;
  off_policy::ClickLogFormat format = off_policy::ClickLogFormat::json_lines;
  uint32_t world_lists = 0;
  uint32_t most_lists = 20000;
};

template <typename Visitor>
void visit(Visitor& v, ClickLogConfig& c) {
  v.value("name", c.name, "how the report calls the log", {{}, {}, {}, true});
  v.value("path", c.path, "the log: lists with what was clicked");
  v.choice("format", c.format,
           {{"json_lines", off_policy::ClickLogFormat::json_lines}, {"csv", off_policy::ClickLogFormat::csv}},
           "how the log is written");
  v.value("world_lists", c.world_lists,
          "instead of a path: lists that the simulated world shows and clicks, by data.world.click_model",
          {0, 10000000, {}, false});
  v.value("most_lists", c.most_lists, "lists that models are fitted on, drawn at random from a longer log",
          {100, 10000000, {}, false});
}

}  // namespace recgauge::suites
