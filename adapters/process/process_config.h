// What a configuration says about a program of the user's own that answers over its standard input and output.
#pragma once

#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/protocol/pseudonyms.h"

namespace recgauge::adapters {

struct ProcessConfig {
  std::vector<std::string> command;  ///< words; no shell reads them
  std::string directory = ".";
  std::vector<std::string> environment;  ///< names; the values come from recgauge's own environment
  bool train = false;
  bool feedback = false;
  UserIds user_ids = UserIds::pseudonym;
  std::vector<std::string> disclose;  ///< attributes of users
  double start_timeout = 60.0;
  double train_timeout = 3600.0;
  double answer_timeout = 10.0;
  uint32_t in_flight = 64;
  uint32_t restarts = 3;
};

template <typename V>
void visit(V& v, ProcessConfig& c) {
  v.value("command", c.command, "program and arguments, one word each; no shell reads them", {{}, {}, {}, true});
  v.value("directory", c.directory, "working directory; relative to this file");
  v.value(
      "environment", c.environment,
      "names of variables that the program gets beside PATH, HOME, LANG, LC_ALL, TZ and TMPDIR; secrets belong here");
  v.value("train", c.train, "whether the program is sent training data before it is asked");
  v.value("feedback", c.feedback, "whether the program is told what simulated users did");
  v.choice("user_ids", c.user_ids, {{"pseudonym", UserIds::pseudonym}, {"plain", UserIds::plain}},
           "how users are named towards the program");
  v.value("disclose", c.disclose, "attributes of users that the program is told; none unless they stand here");
  v.value("start_timeout", c.start_timeout, "seconds until the program must be ready", {0.001, 86400.0, {}, false});
  v.value("train_timeout", c.train_timeout, "seconds that training may take", {0.001, 604800.0, {}, false});
  v.value("answer_timeout", c.answer_timeout, "longest silence in seconds while requests wait",
          {0.001, 86400.0, {}, false});
  v.value("in_flight", c.in_flight, "most requests that wait for an answer at a time", {1.0, 65536.0, {}, false});
  v.value("restarts", c.restarts, "most starts in a row without an answer in between, beyond the first",
          {0.0, 1000.0, {}, false});
}

/// Reads the `parameters` of a model of kind "process" before any data is read. Throws ConfigError with the place of an
/// unknown key, an empty command, or a variable that is not set.
ProcessConfig read_process_config(const ConfigNode& parameters);

}  // namespace recgauge::adapters
