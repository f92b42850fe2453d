// A program of the user's own as a system under test, in any language and without a server: it reads questions from its
// standard input and writes answers to its standard output, one JSON object a line.
#pragma once

#include <memory>
#include <string>

#include "adapters/process/process_config.h"
#include "harness/protocol/pseudonyms.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

/// Starts the program and waits for its greeting. `config.directory` is resolved; `dataset` must outlive the result.
/// Throws SystemError with the program's last words on standard error when it does not start, does not greet in time or
/// greets with something else, and ConfigError for a disclosed attribute that the users do not have.
///
/// What the program does afterwards is data: an answer that cannot be read is `malformed`, silence beyond the limit
/// ends the program and is `timeout` for the request that waited longest, and a program that ends is started again. A
/// request during which it ended twice is a `transport_error`; requests that waited beside it are asked again, one at a
/// time, so that the one at fault is found. Once the program ended `restarts` times in a row without an answer, all
/// that is left fails at once.
std::unique_ptr<Recommender> make_process(const std::string& name, const ProcessConfig& config, const Dataset& dataset,
                                          const Pseudonyms& pseudonyms);

}  // namespace recgauge::adapters
